#include "lab_service.hpp"

#include <utility>

#include "platform/clock.hpp"

namespace trilane::native {
namespace {

// Literals, and few: they are made and read 20,000 times a second beside a client that is measured.
constexpr std::string_view kTextHeaders =
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n";
constexpr std::string_view kHtmlHeaders =
    "Content-Type: text/html; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n";

}  // namespace

/// A request in its wait.
class LabService::Waiting final : public PendingAnswer, private LabWaits::Entry {
 public:
  Waiting(LabWaits& waits, const LabRequest& request, Responder responder, const HttpServer& server)
      : request_(request), responder_(std::move(responder)), server_(server) {
    waits.add(*this, now_ns() + static_cast<std::int64_t>(request.wait_ms * 1e6));
  }

 private:
  void on_due() override {
    // The answer destroys us.
    Responder responder = std::move(responder_);
    responder.send(answer(request_, server_));
  }

  LabRequest request_;
  Responder responder_;
  const HttpServer& server_;
};

void LabService::add_to(HttpServer& server) {
  server.add_route("/lab/", [this, &server](const HttpRequest& request, Responder responder) {
    on_request(request, std::move(responder), server);
  });
}

void LabService::on_request(const HttpRequest& request, Responder responder, const HttpServer& server) {
  const std::string target = request.query.empty() ? request.path : request.path + "?" + request.query;
  const auto lab = parse_lab_target(target);
  if (!lab) return responder.send(HttpResponse::text(lab.error().field == "path" ? 404 : 400, lab.error().message));
  if (lab->wait_ms <= 0) return responder.send(answer(*lab, server));
  Responder holder = responder;
  holder.wait_for(std::make_unique<Waiting>(waits_, *lab, std::move(responder), server));
}

HttpResponse LabService::answer(const LabRequest& request, const HttpServer& server) {
  // The bodies are made here, when the wait is over: 10,000 that wait keep none.
  if (server.held_bytes() > kMaxHeldBytes)
    return HttpResponse::text(503, "too many answers wait for their clients to read them");
  HttpResponse response;
  response.status = request.status;
  response.fixed_headers = request.kind == LabRequest::Kind::page ? kHtmlHeaders : kTextHeaders;
  response.body = lab_body(request);
  return response;
}

}  // namespace trilane::native
