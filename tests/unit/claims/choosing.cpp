#include "unit/claims/fixtures.hpp"

namespace trilane::claims {

std::vector<Fixture> choosing_fixtures() { return {}; }

}  // namespace trilane::claims
