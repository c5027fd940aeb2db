#include "window_services.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "fd_io.hpp"
#include "platform/clock.hpp"
#include "text_file.hpp"

namespace trilane::native {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSaveDelayNs = 500'000'000;
constexpr int kMaxCopies = 1000;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// XDG_CONFIG_HOME must be absolute to count (XDG Base Directory Specification).
std::string config_home() {
  const std::string config = environment("XDG_CONFIG_HOME");
  if (config.starts_with('/')) return config;
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/.config";
}

/// As xdg-user-dirs writes it: XDG_DOWNLOAD_DIR="$HOME/Downloads".
fs::path download_folder() {
  const std::string home = environment("HOME");
  const std::string dirs = read_text_file(config_home() + "/user-dirs.dirs");
  std::string folder(line_value(dirs, "XDG_DOWNLOAD_DIR="));
  std::erase(folder, '"');
  constexpr std::string_view kHome = "$HOME";
  if (folder.starts_with(kHome)) folder = home + folder.substr(kHome.size());
  if (folder.empty()) folder = home + "/Downloads";
  std::error_code error;
  return fs::is_directory(folder, error) && access(folder.c_str(), W_OK) == 0 ? fs::path(folder) : fs::path(".");
}

}  // namespace

std::string config_folder() {
  const std::string home = config_home();
  if (home.empty()) return "";
  std::error_code error;
  fs::create_directories(home + "/trilane", error);  // a failure shows when the file is written
  return home + "/trilane";
}

std::string RememberedFile::path() const {
  const std::string folder = config_folder();
  return folder.empty() ? "" : folder + "/" + name_;
}

std::string RememberedFile::load() const { return read_text_file(path()); }

void RememberedFile::save(std::string text) {
  if (text == text_) return;
  text_ = std::move(text);
  if (!std::exchange(dirty_, true)) due_ns_ = now_ns() + kSaveDelayNs;
}

void RememberedFile::flush() {
  if (!std::exchange(dirty_, false)) return;
  const std::string to = path();
  if (to.empty()) return;
  if (Status written = write_file_atomically(to, text_); !written && !std::exchange(complained_, true))
    std::fprintf(stderr, "trilane: settings are not remembered: %s\n", written.error().message.c_str());
}

Result<std::string> save_download(const std::string& name, const Bytes& data) {
  const fs::path folder = download_folder();
  const fs::path plain = fs::path(name).filename();  // never out of the folder
  if (plain.empty() || plain == "." || plain == "..") return fail("\"" + name + "\" is no file name");
  for (int copy = 1; copy <= kMaxCopies; ++copy) {
    fs::path path = folder / plain;
    if (copy > 1)
      path = folder / (plain.stem().string() + " (" + std::to_string(copy) + ")" + plain.extension().string());
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 && errno == EEXIST) continue;
    bool ok = fd >= 0 && write_all(fd, data);
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
      ok = false;
      why = errno;
    }
    std::error_code error;
    if (ok) return fs::absolute(path, error).string();
    if (fd >= 0) unlink(path.c_str());
    return fail("cannot write " + path.string() + ": " + std::strerror(why));
  }
  return fail("there are too many files named " + name + " already");
}

Result<std::string> save_download_folder(const std::string& name, std::span<const NamedFile> files) {
  const fs::path plain = fs::path(name).filename();
  if (plain.empty() || plain == "." || plain == "..") return fail("\"" + name + "\" is no folder name");
  for (int copy = 1; copy <= kMaxCopies; ++copy) {
    const fs::path folder =
        download_folder() / (plain.string() + (copy > 1 ? " (" + std::to_string(copy) + ")" : std::string()));
    std::error_code error;
    const bool made = fs::create_directory(folder, error);
    if (error && error != std::errc::file_exists)
      return fail("cannot make " + folder.string() + ": " + error.message());
    if (!made) continue;
    for (const NamedFile& file : files) {
      const fs::path path = folder / file.name;
      fs::create_directories(path.parent_path(), error);
      if (const Status written = write_file_atomically(path.string(), file.bytes); !written) {
        fs::remove_all(folder, error);
        return fail(written.error().message);
      }
    }
    return fs::absolute(folder, error).string();
  }
  return fail("there are too many folders named " + name + " already");
}

void open_in_browser(UvEventLoop& loop, const std::string& url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return;
  // Through a shell that ends at once, so that the browser is nobody's child of ours and outlives us. The address is an
  // argument, not a part of the script.
  std::string words[] = {"sh", "-c", "command -v xdg-open >/dev/null || exit 1; xdg-open \"$1\" >/dev/null 2>&1 &",
                         "sh", url};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), words[4].data(), nullptr};
  uv_process_options_t options{};
  options.file = "/bin/sh";
  options.args = arguments;
  options.flags = UV_PROCESS_DETACHED;
  options.exit_cb = [](uv_process_t* process, std::int64_t code, int) {
    if (code != 0) std::fputs("trilane: cannot open a browser: there is no xdg-open\n", stderr);
    uv_close(reinterpret_cast<uv_handle_t*>(process),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_process_t*>(handle); });
  };
  auto* process = new uv_process_t{};
  if (const int error = uv_spawn(loop.uv(), process, &options); error != 0) {
    std::fprintf(stderr, "trilane: cannot open a browser: %s\n", uv_strerror(error));
    uv_close(reinterpret_cast<uv_handle_t*>(process),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_process_t*>(handle); });
  }
}

std::string preferred_language() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string locale = environment(name);
    if (!locale.empty()) return locale.starts_with("ru") ? "ru" : "en";
  }
  return "en";
}

}  // namespace trilane::native
