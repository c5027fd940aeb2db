#include "static_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "mime.hpp"

namespace trilane::native {

Result<StaticFiles> StaticFiles::open(const std::string& folder) {
  std::array<char, PATH_MAX> canonical{};
  struct stat about{};
  if (realpath(folder.c_str(), canonical.data()) == nullptr || stat(canonical.data(), &about) != 0)
    return fail(folder + ": " + std::strerror(errno));
  if (!S_ISDIR(about.st_mode)) return fail(folder + " is not a folder");
  return StaticFiles(canonical.data());
}

StaticFiles::Found StaticFiles::find(const std::string& path) const {
  Found found;
  if (path.find("/.") != std::string::npos) return found;
  // Not blocking: opening a pipe would wait for its writer.
  UniqueFd fd(::open((root_ + path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) {
    found.is_busy = errno == EMFILE || errno == ENFILE;
    return found;
  }
  // Where did that lead? Asked of the open file, so that nobody can change a link between the question and the use.
  std::array<char, PATH_MAX> where{};
  const ssize_t length = readlink(fmt::format("/proc/self/fd/{}", fd.get()).c_str(), where.data(), where.size());
  if (length < 0) return found;
  const std::string_view real(where.data(), static_cast<std::size_t>(length));
  const std::string below = root_ == "/" ? root_ : root_ + "/";
  struct stat about{};
  if ((!real.starts_with(below) && real != root_) || fstat(fd.get(), &about) != 0) return found;
  found.is_folder = S_ISDIR(about.st_mode);
  if (!S_ISREG(about.st_mode)) return found;
  found.size = static_cast<std::uint64_t>(about.st_size);
  found.etag = fmt::format("{:x}-{:x}-{:x}", about.st_ino, found.size,
                           static_cast<std::int64_t>(about.st_mtim.tv_sec) * 1'000'000'000 + about.st_mtim.tv_nsec);
  found.fd = std::move(fd);
  return found;
}

HttpResponse StaticFiles::respond(const HttpRequest& request) const {
  std::string path = request.path;
  if (path.ends_with('/')) path += "index.html";
  Found found = find(path);
  if (found.is_folder) {
    HttpResponse moved = HttpResponse::text(301, "this is a folder");
    moved.headers.emplace_back("Location", encode_path(request.path + "/"));
    return moved;
  }
  if (found.is_busy) return HttpResponse::text(503, "too many files are being sent");
  if (!found.fd) return HttpResponse::text(404, "there is no such file here");

  HttpResponse response;
  Found brotli = find(path + ".br");
  Found gzip = find(path + ".gz");
  const Encoding encoding = choose_encoding(request.header("accept-encoding"), bool(brotli.fd), bool(gzip.fd));
  // Caches must know that another client may get other bytes, also when this one got the plain ones.
  if (brotli.fd || gzip.fd) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (encoding != Encoding::identity) {
    found = std::move(encoding == Encoding::brotli ? brotli : gzip);
    response.headers.emplace_back("Content-Encoding", encoding == Encoding::brotli ? "br" : "gzip");
  }
  const std::string etag = "\"" + found.etag + "\"";
  response.headers.emplace_back("ETag", etag);
  // Anybody's page may load the embedding element as a module; nothing here is secret.
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Cache-Control",
                                has_content_hash(path) ? "public, max-age=31536000, immutable" : "no-cache");
  if (etag_matches(request.header("if-none-match"), etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", mime_type(path));
  response.file = std::move(found.fd);
  response.file_size = found.size;
  return response;
}

}  // namespace trilane::native
