#include "unit/claims/fixtures.hpp"

namespace trilane::claims {

std::vector<Fixture> thread_fixtures() { return {}; }

}  // namespace trilane::claims
