// How many rounds an experiment measures: by the looks of the plan until its claim is decided, or exactly as chosen.
#include "experiments/run/rounds.hpp"

#include <gtest/gtest.h>

#include "platform/event_loop.hpp"

namespace trilane::lab {
namespace {

/// Runs nothing; decided from a number of rounds on.
class Deciding final : public LabContext {
 public:
  Deciding(nlohmann::json options, std::uint32_t from) : options_(std::move(options)), from_(from) {}

  coro::Scheduler& scheduler() override { return scheduler_; }
  CancelToken& cancel() override { return cancel_; }
  coro::Task<Result<RunResult>> run(nlohmann::json, std::vector<Span>*) override { co_return fail("runs nothing"); }
  coro::Task<Result<nlohmann::json>> ask(nlohmann::json) override { co_return fail("asks nobody"); }
  void step(double, BothTexts) override {}
  const nlohmann::json& options() const override { return options_; }
  bool decided(const Measured& measured) const override { return measured.plan.rounds >= from_; }

 private:
  std::unique_ptr<EventLoop> loop_ = EventLoop::create();
  coro::Scheduler scheduler_{*loop_};
  CancelToken cancel_;
  nlohmann::json options_;
  std::uint32_t from_;
};

/// The plan as it is after all rounds.
Plan counted_plan(const Deciding& lab, std::uint32_t fixed = 0) {
  Measured out;
  Rounds rounds(lab, out, fixed);
  std::uint32_t begun = 0;
  while (rounds.next()) EXPECT_EQ(rounds.index(), begun++);
  EXPECT_EQ(out.plan.rounds, begun);
  return out.plan;
}

constexpr std::uint32_t kNever = 1000;

TEST(LabRounds, EndAtTheFirstLookThatDecides) {
  for (const Plan::Look& look : Plan::kLooks) {
    const Plan plan = counted_plan(Deciding({}, look.rounds));
    EXPECT_EQ(plan.rounds, look.rounds);
    EXPECT_EQ(plan.error, look.error) << "the intervals are those of this look";
  }
}

TEST(LabRounds, EndAtTheLastLookWhereNothingDecides) {
  EXPECT_EQ(counted_plan(Deciding({}, kNever)).rounds, std::rbegin(Plan::kLooks)->rounds);
}

TEST(LabRounds, AreAsManyAsTheUserChose) {
  for (const std::uint32_t chosen : {1U, 3U, 30U}) {
    const Plan plan = counted_plan(Deciding({{"repeat", chosen}}, 0), 5);
    EXPECT_EQ(plan.rounds, chosen) << "decided or not, and whatever the plan wants";
    EXPECT_EQ(plan.error, Plan::kError);
  }
}

TEST(LabRounds, AreThePlansWhereItFixesThem) { EXPECT_EQ(counted_plan(Deciding({}, 0), 5).rounds, 5U); }

}  // namespace
}  // namespace trilane::lab
