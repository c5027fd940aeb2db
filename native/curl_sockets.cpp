#include "curl_sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace trilane::native {

struct CurlSockets::Watch {
  uv_poll_t handle{};
  CurlSockets* sockets = nullptr;
  CURLM* multi = nullptr;
  curl_socket_t fd = CURL_SOCKET_BAD;
  int wanted = 0;   // uv events that libcurl waits for; 0 between two requests
  int watched = 0;  // uv events that the loop looks for
};

CurlSockets::~CurlSockets() {
  for (Slot& slot : slots_) forget(slot);
}

void CurlSockets::attach_easy(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(
      easy, CURLOPT_OPENSOCKETFUNCTION, +[](void* self, curlsocktype, curl_sockaddr* address) -> curl_socket_t {
        return static_cast<CurlSockets*>(self)->open_socket(*address);
      });
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(
      easy, CURLOPT_CLOSESOCKETFUNCTION,
      +[](void* self, curl_socket_t fd) { return static_cast<CurlSockets*>(self)->close_socket(fd); });
}

void CurlSockets::attach_multi(CURLM* multi) {
  multis_.push_back(std::make_unique<Multi>(Multi{this, multi}));
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, multis_.back().get());
  curl_multi_setopt(
      multi, CURLMOPT_SOCKETFUNCTION, +[](CURL*, curl_socket_t fd, int what, void* of, void*) {
        const Multi& self = *static_cast<Multi*>(of);
        self.sockets->want(fd, what, self.multi);
        return 0;
      });
}

CurlSockets::Slot& CurlSockets::slot(curl_socket_t fd) {
  const auto at = static_cast<std::size_t>(fd);
  if (at >= slots_.size()) slots_.resize(at + at / 2 + 64);
  return slots_[at];
}

void CurlSockets::want(curl_socket_t fd, int what, CURLM* multi) {
  Slot& place = slot(fd);
  if (what == CURL_POLL_REMOVE) {
    if (place.watch != nullptr) place.watch->wanted = 0;
    if (!place.ours) forget(place);
    return;
  }
  if (place.watch == nullptr) {
    auto watch = std::make_unique<Watch>();
    watch->sockets = this;
    watch->fd = fd;
    watch->handle.data = watch.get();
    // Fails when the loop cannot watch one more; the request then ends by its timeout.
    if (uv_poll_init(loop_, &watch->handle, fd) != 0) return;
    place.watch = watch.release();
  }
  Watch& watch = *place.watch;
  watch.multi = multi;
  watch.wanted = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) | ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
  if (watch.watched == watch.wanted) return;
  watch.watched = watch.wanted;
  uv_poll_start(&watch.handle, watch.wanted, on_event);
}

void CurlSockets::forget(Slot& place) {
  Watch* watch = std::exchange(place.watch, nullptr);
  if (watch == nullptr) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&watch->handle),
           [](uv_handle_t* handle) { delete static_cast<Watch*>(handle->data); });
}

curl_socket_t CurlSockets::open_socket(const curl_sockaddr& address) {
  const curl_socket_t fd = socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  if (fd != CURL_SOCKET_BAD) slot(fd).ours = true;
  return fd;
}

int CurlSockets::close_socket(curl_socket_t fd) {
  Slot& place = slot(fd);
  forget(place);  // before the number can mean another file
  place.ours = false;
  return close(fd);
}

void CurlSockets::on_event(uv_poll_t* handle, int status, int events) {
  Watch& watch = *static_cast<Watch*>(handle->data);
  if (watch.wanted == 0) {
    // The server closed a connection that nobody uses: libcurl sees that when it wants to use it again.
    uv_poll_stop(handle);
    watch.watched = 0;
    return;
  }
  // After an error as if it could be read and written: libcurl then tries, and hears from the system what it was.
  const int flags = status < 0 ? CURL_CSELECT_IN | CURL_CSELECT_OUT
                               : ((events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0) |
                                     ((events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0);
  watch.sockets->act_(watch.sockets->act_of_, watch.multi, watch.fd, flags);
}

}  // namespace trilane::native
