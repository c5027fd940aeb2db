// libcurl's sockets on a libuv loop: which of them wait for what, for any number of multi handles.
//
// A connection that is kept alive stays registered with the kernel between two requests. libcurl takes every socket
// out when its request ends, and puts it in again for the next one: followed to the letter that would be four system
// calls for each request.
#pragma once

#include <curl/curl.h>
#include <uv.h>

#include <memory>
#include <vector>

namespace trilane::native {

/// Loop thread only. Outlives the multi and easy handles that it was attached to.
class CurlSockets {
 public:
  /// Something happened: calls curl_multi_socket_action(multi, fd, flags, …). It may destroy the CurlSockets.
  using Act = void (*)(void* of, CURLM* multi, curl_socket_t fd, int flags);
  CurlSockets(uv_loop_t* loop, Act act, void* act_of) : loop_(loop), act_(act), act_of_(act_of) {}
  ~CurlSockets();
  CurlSockets(const CurlSockets&) = delete;
  CurlSockets& operator=(const CurlSockets&) = delete;

  /// Every handle that opens connections, and every multi handle; before their first use.
  void attach_easy(CURL* easy);
  void attach_multi(CURLM* multi);

 private:
  struct Watch;
  struct Slot {
    Watch* watch = nullptr;
    bool ours = false;  // opened by open_socket(): we hear of its end, so its watch may stay while nobody waits
  };
  struct Multi {
    CurlSockets* sockets;
    CURLM* multi;
  };

  Slot& slot(curl_socket_t fd);
  void want(curl_socket_t fd, int what, CURLM* multi);
  void forget(Slot& slot);
  curl_socket_t open_socket(const curl_sockaddr& address);
  int close_socket(curl_socket_t fd);
  static void on_event(uv_poll_t* handle, int status, int events);

  uv_loop_t* loop_;
  Act act_;
  void* act_of_;
  std::vector<Slot> slots_;  // by descriptor
  std::vector<std::unique_ptr<Multi>> multis_;
};

}  // namespace trilane::native
