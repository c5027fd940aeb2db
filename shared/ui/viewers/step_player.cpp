#include "ui/viewers/step_player.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace trilane::ui {

void StepPlayer::set_count(int count) {
  if (count == count_) return;
  count_ = std::max(count, 0);
  at_ = 0;
  playing_ = false;
}

void StepPlayer::set_speed(int index, double now_s) {
  speed_ = std::clamp(index, 0, static_cast<int>(std::size(kSpeeds)) - 1);
  due_s_ = now_s + 1 / kSpeeds[speed_];
}

void StepPlayer::seek(int step, double now_s) {
  at_ = std::clamp(step, 0, std::max(count_ - 1, 0));
  due_s_ = now_s + 1 / kSpeeds[speed_];
}

void StepPlayer::by(int steps) {
  playing_ = false;
  at_ = std::clamp(at_ + steps, 0, std::max(count_ - 1, 0));
}

void StepPlayer::toggle(double now_s) {
  playing_ = !playing_ && count_ > 1;
  if (!playing_) return;
  if (at_end()) at_ = 0;
  due_s_ = now_s + 1 / kSpeeds[speed_];
}

bool StepPlayer::advance(double now_s) {
  if (!playing_ || now_s < due_s_) return false;
  ++at_;
  // From now, not from when it was due: a window that was hidden does not catch up.
  due_s_ = now_s + 1 / kSpeeds[speed_];
  if (at_end()) playing_ = false;
  at_ = std::min(at_, std::max(count_ - 1, 0));
  return true;
}

double StepPlayer::due_s() const { return playing_ ? due_s_ : std::numeric_limits<double>::infinity(); }

}  // namespace trilane::ui
