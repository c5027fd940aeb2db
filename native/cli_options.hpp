// Command-line arguments, read and checked. What an option may be is written in one place for every front end
// (models/run_config.hpp); here options become the JSON that is read there, and errors get the option's spelling.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve.hpp"
#include "window.hpp"

namespace trilane::native {

enum class Command : std::uint8_t { window, run, sweep, lab, judge, list, serve, help };
enum class OutputFormat : std::uint8_t { table, json, csv };

struct CliOptions {
  Command command = Command::window;
  nlohmann::json config = nlohmann::json::object();  ///< run, sweep: what parse_config() or parse_sweep() reads.
  OutputFormat format = OutputFormat::table;
  std::string trace_file;                ///< run: empty for none.
  bool with_python = false;              ///< run, sweep, lab: the same work in CPython too.
  std::vector<std::string> experiments;  ///< lab: ids, or "all".
  bool russian = false;                  ///< lab, judge: the language of verdicts and report.
  std::string judged_file;               ///< judge: "-" is standard input.
  std::string report_folder;             ///< lab: empty for none.
  std::string list_what;
  std::string help_text;  ///< help: what to print.
  ServerOptions server;
  WindowOptions window;
};

/// An error is a usage error: its message is ready to be printed and names what is allowed; `field` is not used.
Result<CliOptions> parse_arguments(int argc, const char* const* argv);

/// "wait_ms is -1: …" as the command line's user knows it: "--wait-ms is -1: …".
std::string with_option_name(const Error& error);

}  // namespace trilane::native
