// Several files as one ZIP archive, stored and not compressed: what goes into it is pictures, which are compressed
// already, and short texts. Pure; any thread.
#pragma once

#include <span>
#include <string>

namespace trilane {

/// A file that is not on a disk yet. `name`: UTF-8, with slashes, relative.
struct NamedFile {
  std::string name;
  std::string bytes;
};

/// An archive after PKWARE's APPNOTE 6.3, version 2.0: at most 65,535 entries and 4 GiB in all (a CHECK). Entries bear
/// the date 1980-01-01, the format's first: the caller's clock is not asked.
std::string zip_archive(std::span<const NamedFile> entries);

}  // namespace trilane
