#include "unit/claims/fixtures.hpp"

namespace trilane::claims {

std::vector<Fixture> process_fixtures() { return {}; }

}  // namespace trilane::claims
