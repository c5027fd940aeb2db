// In the place of http_client.cpp, database.cpp and html_parser.cpp in a program that only computes and waits
// (child_main.cpp): who asks all the same is told so.
#include "platform/database.hpp"
#include "platform/html_parser.hpp"
#include "platform/http_client.hpp"

namespace trilane {

namespace {
std::unexpected<Error> not_here() { return fail("this worker was started without a web client and a database"); }
}  // namespace

Result<std::unique_ptr<BlockingHttpClient>> BlockingHttpClient::create() { return not_here(); }
Result<std::unique_ptr<PageDatabase>> open_page_database(const std::string&, int) { return not_here(); }
Status prepare_parser() { return not_here(); }
ParsedPage parse_page(std::string_view) { return {}; }

}  // namespace trilane
