#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

Fixture overlap_waits() {
  Measured good;
  good.settings = {{"tasks", 8}, {"wait_ms", 20}, {"concurrency", 0}};
  fill(good, "sync", "wall_ms", 161);
  fill(good, "async", "wall_ms", 20.3);
  return {"overlap-waits",
          good,
          {{"one-by-one", [](Measured& m) { fill(m, "sync", "wall_ms", 120); },
            [](Measured& m) { fill(m, "sync", "wall_ms", 140); }},
           {"overlap", [](Measured& m) { fill(m, "async", "wall_ms", 80); },
            [](Measured& m) { fill(m, "async", "wall_ms", 40); }}}};
}

}  // namespace

std::vector<Fixture> wait_fixtures() { return {overlap_waits()}; }

}  // namespace trilane::claims
