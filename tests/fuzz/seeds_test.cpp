// The fuzz targets on their seeds and on simple mutations of them: a compiler without libFuzzer still runs them.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "fuzz/targets.hpp"

namespace trilane::fuzz {
namespace {

TEST(Fuzz, EveryTargetSurvivesItsSeedsAndTheirMutations) {
  for (const Target& target : targets()) {
    const auto seeds = target.seeds();
    ASSERT_FALSE(seeds.empty()) << target.name;
    Random random(99);
    for (const Bytes& seed : seeds) {
      target.run(seed);
      for (int trial = 0; trial < 300; ++trial) {
        Bytes mutated = seed;
        const auto at = [&] { return random.next() % mutated.size(); };
        for (std::uint64_t changes = random.next() % 5 + 1; changes != 0 && !mutated.empty(); --changes) {
          switch (random.next() % 3) {
            case 0: mutated[at()] = static_cast<std::byte>(random.next()); break;
            case 1: mutated.resize(at()); break;
            default: mutated.push_back(static_cast<std::byte>(random.next()));
          }
        }
        target.run(mutated);
      }
    }
    target.run({});
  }
}

}  // namespace
}  // namespace trilane::fuzz
