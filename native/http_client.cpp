#include "platform/http_client.hpp"

#include "base/check.hpp"
#include "http_transfer.hpp"

namespace trilane::native {
namespace {

/// How often keep_going is asked. curl_easy_perform asks once a second, and is itself this same loop inside: a multi
/// handle for its one transfer. Having it here costs nothing and makes Stop ten times as quick.
constexpr int kAskEveryMs = 100;

class CurlBlockingClient final : public BlockingHttpClient {
 public:
  CurlBlockingClient(std::unique_ptr<HttpTransfer> transfer, CURLM* multi)
      : transfer_(std::move(transfer)), multi_(multi) {}
  ~CurlBlockingClient() override {
    transfer_.reset();
    curl_multi_cleanup(multi_);
  }
  CurlBlockingClient(const CurlBlockingClient&) = delete;
  CurlBlockingClient& operator=(const CurlBlockingClient&) = delete;

  Result<HttpAnswer> get(const HttpGet& request, const std::function<bool()>& keep_going) override {
    if (Status begun = transfer_->begin(request); !begun) return std::unexpected(begun.error());
    if (curl_multi_add_handle(multi_, transfer_->easy()) != CURLM_OK) return transfer_->end(CURLE_OUT_OF_MEMORY);
    CURLcode code = CURLE_OK;
    const bool ended = drive(keep_going, code);
    curl_multi_remove_handle(multi_, transfer_->easy());
    if (!ended) return HttpTransfer::stopped();
    return transfer_->end(code);
  }

 private:
  /// False when it was stopped.
  bool drive(const std::function<bool()>& keep_going, CURLcode& code) {
    for (;;) {
      int running = 0;
      const CURLMcode performed = curl_multi_perform(multi_, &running);
      if (performed != CURLM_OK) {
        code = performed == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT;
        return true;
      }
      if (running == 0) break;
      if (keep_going && !keep_going()) return false;
      curl_multi_poll(multi_, nullptr, 0, kAskEveryMs, nullptr);
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_, &left);
    TRILANE_CHECK(message != nullptr && message->msg == CURLMSG_DONE);
    code = message->data.result;
    return true;
  }

  std::unique_ptr<HttpTransfer> transfer_;
  CURLM* multi_;  // keeps the connections
};

}  // namespace
}  // namespace trilane::native

namespace trilane {

Result<std::unique_ptr<BlockingHttpClient>> BlockingHttpClient::create() {
  auto transfer = native::HttpTransfer::create();
  if (!transfer) return std::unexpected(transfer.error());
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) return fail("libcurl cannot make an HTTP client: out of memory");
  return std::make_unique<native::CurlBlockingClient>(std::move(*transfer), multi);
}

}  // namespace trilane
