// Files below a folder, as answers to requests. Opens and looks at files right away, on the caller's thread: they are
// few, local and in the system's cache.
#pragma once

#include <string>

#include "base/result.hpp"
#include "http_message.hpp"

namespace trilane::native {

class StaticFiles {
 public:
  /// Errors: no such folder.
  static Result<StaticFiles> open(const std::string& folder);

  /// What is really opened must lie below the folder: a symbolic link that leaves it is a 404, as are names that begin
  /// with a dot. A folder is its index.html.
  HttpResponse respond(const HttpRequest& request) const;

  /// The folder's canonical path.
  const std::string& root() const { return root_; }

 private:
  explicit StaticFiles(std::string root) : root_(std::move(root)) {}
  struct Found {
    UniqueFd fd;
    std::uint64_t size = 0;
    std::string etag;
    bool is_folder = false;
    bool is_busy = false;  // too many files are open
  };
  Found find(const std::string& path) const;

  std::string root_;
};

}  // namespace trilane::native
