// No pages are saved on the page yet: Capabilities::has_database is false, and no model comes here.
#include "platform/database.hpp"

namespace trilane {
namespace {

constexpr const char* kMissing = "there is no database on this platform";

}  // namespace

Result<std::unique_ptr<PageTable>> PageTable::create(bool) { return fail(kMissing); }
Result<std::unique_ptr<PageDatabase>> open_page_database(const std::string&, int) { return fail(kMissing); }

}  // namespace trilane
