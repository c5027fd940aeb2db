// Nothing is fetched on the page yet: Capabilities::fetches is false, and no model comes here.
#include "platform/http_client.hpp"

namespace trilane {
namespace {

constexpr const char* kMissing = "there is no HTTP client on this platform";

}  // namespace

Result<std::unique_ptr<BlockingHttpClient>> BlockingHttpClient::create() { return fail(kMissing); }
Result<std::unique_ptr<AsyncHttpClient>> AsyncHttpClient::create(EventLoop&, std::size_t) { return fail(kMissing); }

}  // namespace trilane
