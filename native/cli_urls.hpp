// The list of addresses that --urls names.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace trilane::native {

/// One address a line; empty lines and lines that begin with # are skipped. Whether each is an address is checked with
/// the other options (models/run_config.hpp). Errors name the file, with the field "urls".
Result<std::vector<std::string>> read_urls(const std::string& path);

}  // namespace trilane::native
