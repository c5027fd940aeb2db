// What the window's host does for the interface: remembers, saves files, opens addresses.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/zip.hpp"
#include "event_loop_uv.hpp"

namespace trilane::native {

/// ${XDG_CONFIG_HOME:-~/.config}/trilane, made when it is missing; empty where there is no home.
std::string config_folder();

/// A small file of config_folder(). Reading one that is not there gives an empty text; writing is put off until
/// flush(), because a slider that is dragged changes settings a hundred times a second.
class RememberedFile {
 public:
  explicit RememberedFile(std::string name) : name_(std::move(name)) {}

  std::string load() const;
  void save(std::string text);
  bool is_due(std::int64_t now_ns) const { return dirty_ && now_ns >= due_ns_; }
  bool is_dirty() const { return dirty_; }
  /// Writes what is not written yet. Complains on standard error, once, when it cannot.
  void flush();

 private:
  std::string path() const;
  std::string name_;
  std::string text_;
  bool dirty_ = false;
  bool complained_ = false;
  std::int64_t due_ns_ = 0;
};

/// Puts a file into the user's folder for downloads, or the current one; another file of that name is kept, the new one
/// gets a number. Returns its path.
Result<std::string> save_download(const std::string& name, const Bytes& data);

/// The same for several files: a folder of this name, or with a number. Nothing is left of it when one cannot be
/// written.
Result<std::string> save_download_folder(const std::string& name, std::span<const NamedFile> files);

/// Opens an http or https address in the user's browser. Other addresses are refused.
void open_in_browser(UvEventLoop& loop, const std::string& url);

/// "ru" or "en", by the environment's locale.
std::string preferred_language();

}  // namespace trilane::native
