#include "cli_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/json_scan.hpp"
#include "cli_output.hpp"
#include "cli_verdict.hpp"
#include "experiments/experiment.hpp"
#include "experiments/saved_entry.hpp"
#include "print_result.hpp"
#include "text_file.hpp"

namespace trilane::native {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 256U << 20U;

/// What was read as a lab document, or why it is none.
Result<json> read_document(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  const auto text = path == "-" ? read_standard_input(kMostBytes) : read_whole_file(path, kMostBytes);
  if (!text) return std::unexpected(text.error());
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) return fail(name + " is empty");
  if (const Status shape = check_json_shape(*text); !shape)
    return fail(name + " is not valid JSON: " + shape.error().message);
  json document = json::parse(*text, nullptr, false);
  if (document.is_discarded()) return fail(name + " is not valid JSON");
  const json schema = document.is_object() ? document.value("schema", json()) : json();
  if (schema == "trilane.lab/1") {
    return fail(name +
                " is of schema trilane.lab/1: it holds no samples to judge. It can be looked at: trilane --open " +
                path);
  }
  if (schema != "trilane.lab/2") {
    const std::string found = schema.is_string() ? "of schema " + schema.get<std::string>().substr(0, 80)
                                                 : std::string("not one of Trilane's documents");
    return fail(name + " is " + found +
                ": trilane lab ID --json prints one that can be judged, of schema trilane.lab/2");
  }
  if (!document.contains("experiments") || !document["experiments"].is_array())
    return fail(name + " has no list \"experiments\"");
  return document;
}

/// In what the document says something else than its samples; empty: in nothing.
std::string difference(const json& said, const json& judged) {
  const auto old = read_entry(said), now = read_entry(judged);
  if (!now) return now.error().message;
  if (!old) return fmt::format("the document has no verdict, its samples say {}", verdict_name(now->verdict));
  if (old->verdict != now->verdict) {
    return fmt::format("the document says {}, its samples say {}", verdict_name(old->verdict),
                       verdict_name(now->verdict));
  }
  const auto same = [](const Predicate& a, const Predicate& b) {
    return a.id == b.id && a.holds == b.holds && a.value == b.value && a.kind == b.kind && a.every == b.every &&
           a.yes == b.yes && a.no == b.no && a.target == b.target;
  };
  std::string which;
  for (const Predicate& one : now->predicates) {
    const auto other = std::ranges::find(old->predicates, one.id, &Predicate::id);
    if (other == old->predicates.end() || !same(*other, one)) which += (which.empty() ? "" : ", ") + one.id;
  }
  for (const Predicate& one : old->predicates) {
    if (std::ranges::find(now->predicates, one.id, &Predicate::id) == now->predicates.end())
      which += (which.empty() ? "" : ", ") + one.id;
  }
  return which.empty() ? "" : "the verdict is the same, but its samples give something else for: " + which;
}

}  // namespace

int judge_main(const CliOptions& options) {
  auto document = read_document(options.judged_file);
  if (!document) {
    std::fprintf(stderr, "trilane: %s\n", document.error().message.c_str());
    return 1;
  }
  json entries = json::array();
  std::vector<std::string> problems;
  for (const json& entry : (*document)["experiments"]) {
    auto judged = judge_entry(entry);
    if (!judged) {
      problems.push_back("not judged: " + judged.error().message);
      continue;
    }
    const auto shown = read_entry(*judged);
    if (const std::string other = difference(entry, *judged); !other.empty()) {
      problems.push_back(fmt::format("{}: {}: it was edited, or judged by another version",
                                     (*judged)["id"].get<std::string>(), other));
    }
    if (shown && options.format == OutputFormat::table)
      print_result(verdict_text(*shown, options.russian, output_width()));
    entries.push_back(std::move(*judged));
  }
  int code = 0;
  if (options.format == OutputFormat::json) {
    // Where it was measured stays as it was told.
    (*document)["experiments"] = std::move(entries);
    document->erase("errors");
    if (!problems.empty()) (*document)["errors"] = problems;
    code = print_result(document->dump(2, ' ', false, json::error_handler_t::replace) + "\n");
  }
  for (const std::string& problem : problems) std::fprintf(stderr, "trilane: %s\n", problem.c_str());
  return problems.empty() ? code : 1;
}

}  // namespace trilane::native
