// lab.wasm: the lab's own web for the page's service worker (service-worker.js), with nothing of Emscripten's around
// it. One target at a time: write it where trilane_lab_target() says, parse, then make.
#include <emscripten.h>

#include <cstddef>
#include <string>

#include "workloads/lab_web.hpp"

namespace {

std::string target;                                                    // of the next parse
trilane::Result<trilane::LabRequest> request = trilane::LabRequest{};  // of the last parse
std::string body;                                                      // of the last make

}  // namespace

extern "C" {

/// Where a target of `size` bytes is to be written.
EMSCRIPTEN_KEEPALIVE char* trilane_lab_target(std::size_t size) {
  target.resize(size);
  return target.data();
}

/// The wait in ms; 0 for a target that is wrong.
EMSCRIPTEN_KEEPALIVE double trilane_lab_parse() {
  request = trilane::parse_lab_target(target);
  return request ? request->wait_ms : 0;
}

/// Makes the body and returns its size. For a target that is wrong: what is wrong with it.
EMSCRIPTEN_KEEPALIVE std::size_t trilane_lab_make() {
  body = request ? trilane::lab_body(*request) : request.error().message;
  return body.size();
}

EMSCRIPTEN_KEEPALIVE const char* trilane_lab_body() { return body.data(); }

EMSCRIPTEN_KEEPALIVE int trilane_lab_status() {
  if (request) return request->status;
  return request.error().field == "path" ? 404 : 400;
}

EMSCRIPTEN_KEEPALIVE int trilane_lab_is_html() {
  return request && request->kind == trilane::LabRequest::Kind::page ? 1 : 0;
}

}  // extern "C"
