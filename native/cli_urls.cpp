#include "cli_urls.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace trilane::native {

Result<std::vector<std::string>> read_urls(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  if (!file) return fail("urls: cannot read " + path + ": " + std::strerror(errno), "urls");
  std::vector<std::string> urls;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    urls.push_back(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
  }
  if (urls.empty()) return fail("urls: " + path + " has no addresses: one a line is wanted", "urls");
  return urls;
}

}  // namespace trilane::native
