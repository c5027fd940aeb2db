// The child role: jobs in, results out (models/child_protocol.hpp). Hosted by `trilane --child` (native), which reads
// stdin blocking, and by the child Worker (page), which gets messages. Runs jobs right inside on_bytes().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "trace/wire.hpp"

namespace trilane {

class ChildService {
 public:
  /// Sends a frame to the parent.
  using Send = std::function<void(std::uint16_t type, std::span<const std::byte> payload)>;
  /// For frames that are not of the model. False: it knows of none like this.
  using Others = std::function<bool(const wire::Frame& frame, const Send& send)>;
  /// `write` sends bytes to the parent. One thread only. Sends `ready` at once.
  ChildService(std::function<void(std::span<const std::byte>)> write, Others others);
  ~ChildService();
  ChildService(const ChildService&) = delete;
  ChildService& operator=(const ChildService&) = delete;

  /// Bytes from the parent. Returns false when the child should exit: asked to, or the stream is broken (then a line on
  /// stderr says why).
  bool on_bytes(std::span<const std::byte> bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trilane
