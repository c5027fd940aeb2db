// The limit of talking to another process: a forked child on two raw pipes that sends back what it gets.
#pragma once

#include <sys/types.h>

namespace trilane::bench {

class PipePeer {
 public:
  PipePeer();
  ~PipePeer();
  PipePeer(const PipePeer&) = delete;
  PipePeer& operator=(const PipePeer&) = delete;

  /// Seconds of one 64-byte round trip, mean over `count`, one after another.
  double round_trip_s(int count);
  /// Seconds for one 64-byte message there and back when they follow each other without waiting.
  double pipelined_s(int count);
  pid_t child() const { return child_; }

 private:
  pid_t child_ = 0;
  int to_ = -1;
  int from_ = -1;
};

}  // namespace trilane::bench
