// What a file is, by its name.
#pragma once

#include <string_view>

namespace trilane::native {

/// The Content-Type of a file; application/octet-stream for an ending that is not known. A browser compiles wasm while
/// it arrives, and runs a module script, only with exactly the right type.
std::string_view mime_type(std::string_view path);

}  // namespace trilane::native
