// What every program of ours does first, before there are threads.
#pragma once

namespace trilane::native {

/// Standard streams that are open, signals as they are by default but for SIGPIPE, which is ignored, and words of ours
/// when memory runs out.
void prepare_process();

}  // namespace trilane::native
