// Whole small text files, as /proc and the settings are.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trilane::native {

/// The file's bytes, at most `limit` of them; empty when it cannot be read. Any thread.
std::string read_text_file(const std::string& path, std::size_t limit = 1U << 20);

/// The same, and why not when it cannot be read as a whole: it is missing, a folder, or longer than `limit`.
Result<std::string> read_whole_file(const std::string& path, std::size_t limit);
/// The same of standard input, to its end.
Result<std::string> read_standard_input(std::size_t limit);

/// The text after `key` up to the end of its line, without the blanks around it; empty when there is no such line.
/// For "key: value" files: pass the key with its separator ("VmHWM:").
std::string_view line_value(std::string_view text, std::string_view key);

/// Replaces the file as a whole: readers see the old bytes or the new ones, never a part, also after a crash.
/// The error says what could not be done and why.
Status write_file_atomically(const std::string& path, std::string_view content);

}  // namespace trilane::native
