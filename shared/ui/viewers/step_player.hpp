// Goes through recorded steps: by hand, or by itself at a chosen speed. Pure; time is given, in seconds.
#pragma once

#include <span>

namespace trilane::ui {

class StepPlayer {
 public:
  /// Steps a second.
  static constexpr double kSpeeds[] = {0.5, 1, 2, 4};

  /// How many steps there are; another number than before begins at the first one, and does not play.
  void set_count(int count);
  int count() const { return count_; }
  int at() const { return at_; }
  bool at_end() const { return at_ + 1 >= count_; }
  bool playing() const { return playing_; }
  int speed() const { return speed_; }
  void set_speed(int index, double now_s);

  /// To a step, at most to the ends; playing goes on from there.
  void seek(int step, double now_s);
  /// One step by hand: playing pauses.
  void by(int steps);
  /// Plays, from the beginning when it stands at the end; or pauses.
  void toggle(double now_s);
  /// Takes the step that is due. True when it did. At the last step it pauses.
  bool advance(double now_s);
  /// When advance() has something to do; infinity while it does not play.
  double due_s() const;

 private:
  int count_ = 0, at_ = 0, speed_ = 1;
  bool playing_ = false;
  double due_s_ = 0;
};

}  // namespace trilane::ui
