// What a reader of figures must know, and what went wrong with them: a code for programs, a sentence for people. Every
// note and every error of a run's document is made here; whoever asks what was said asks for the code. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/both_texts.hpp"

namespace trilane {

struct Note {
  std::string code;  ///< The name of the function below that made it; empty in a document of before there were codes.
  BothTexts text;    ///< A whole sentence.
  bool operator==(const Note&) const = default;
};

/// Appends a note that is not there yet.
void add_once(std::vector<Note>& notes, Note note);
/// All texts in English, a line each: for logs.
std::string english_lines(const std::vector<Note>& notes);

namespace notes {

/// Of an event in the warm-up, whose times do not count. The code stays.
Note in_warm_up(Note note);

Note gil_is_model();
Note processes_are_workers();
Note waits_are_busy();
Note simulated_wait(const BothTexts& because);
Note browser_connections(unsigned most, unsigned asked);
Note database_in_memory();
Note page_database();
Note commits_not_awaited();
Note blocked_timeouts(std::uint64_t timeouts, std::int64_t timeout_ms, std::int64_t blocked_ms);
/// `what`: the kernel's name, "parse" or "critical section".
Note loop_blocked(std::uint32_t task, double ms, std::uint32_t segment, std::string_view what);
Note loop_blocked_by_commit(double ms);
Note loop_blocks(std::uint64_t count, double limit_ms);
Note no_blocking_thread();
Note shorter_than_clock(double step_ms);
Note few_repeats(std::size_t repeats, double coverage);
Note spans_dropped(std::uint64_t spans);
Note python_repeats(std::uint32_t made, std::uint32_t asked, std::int64_t budget_s);

// What makes a run's figures worthless.
Note page_hidden();
Note stood_still(double ms);
Note suspended(double ms);
Note server_ended(std::string_view reason);
/// `reason`: how the process ended, English, with its number.
Note child_replaced(std::string_view reason);
/// `first`: the first cause, English: it is the system's or the server's.
Note tasks_failed(std::uint64_t failed, std::uint64_t tasks, std::string_view first);
Note checksums_differ();
/// `others`: whose the other checksum is.
Note checksum_is_not(std::uint64_t own, std::string_view others, std::uint64_t checksum);
Note saved_twice(std::uint64_t rows, std::uint64_t pages);
Note saved_too_few(std::uint64_t rows, std::uint64_t tasks);
Note saved_wrongly();
/// An answer that is not the page that was asked for.
Note wrong_page(std::uint32_t task);
/// What another program, as CPython, said of itself, English.
Note other_program(std::string_view said);

}  // namespace notes
}  // namespace trilane
