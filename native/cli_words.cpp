#include "cli_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "number_text.hpp"

namespace trilane::native {

using nlohmann::json;

const char* const kOverview = R"(Trilane {}: one workload really run four ways: sync, threads, processes, async.

  trilane                    the desktop window
  trilane --open FILE        the same, with a result or a Chrome trace beside the runs
  trilane run                run one workload with one model, measured several times
  trilane sweep              run it over several values of one option, with several models
  trilane lab ID... | all    experiments: a claim, measured and judged
  trilane judge FILE         the verdicts of a saved lab document, anew from its samples
  trilane list WHAT          workloads, models or experiments
  trilane serve              the page, on this machine's web server
  trilane help [COMMAND]     this text, or a command's options
  trilane --version

Examples
  trilane run --model threads --workload primes --workers 4
  trilane sweep --over workers --values 1,2,4 --models sync,threads,processes --workload mandelbrot
  trilane run --model async --workload sleep --tasks 10000 --json
  trilane lab all --report my-report --lang en
  trilane lab gil --json > gil.json && trilane judge gil.json

Exit code: 0 done, 1 the run failed, 2 wrong usage, 130 or 143 stopped by a signal. Results go to standard output,
messages and progress to standard error.
)";

std::string dashed(std::string_view name) {
  std::string option = "--" + std::string(name);
  std::ranges::replace(option, '_', '-');
  return option;
}

std::string range_text(const ConfigField& field) {
  const auto text = [&field](double bound) {
    return field.integer ? fmt::format("{:.0f}", bound) : fmt::format("{}", bound);
  };
  return text(field.min) + " to " + text(field.max);
}

std::optional<json> to_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc{} && end == text.data() + text.size()) return json(whole);
  if (const auto number = parse_number(text)) return json(*number);
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    if (comma == text.size()) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace trilane::native
