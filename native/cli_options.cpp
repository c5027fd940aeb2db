#include "cli_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include "cli_urls.hpp"
#include "cli_words.hpp"
#include "experiments/run/runner.hpp"
#include "models/model.hpp"
#include "models/run_config.hpp"
#include "suggest.hpp"
#include "workloads/workload.hpp"

namespace trilane::native {
namespace {

using nlohmann::json;

template <class Items, class Name>
std::string names_of(const Items& items, Name name) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + std::string(name(item));
  return text;
}
std::string model_names() {
  return names_of(model_catalog(), [](const Model* model) { return model->name(); });
}
std::string workload_names() {
  return names_of(workload_catalog(), [](const WorkloadInfo* info) { return info->name; });
}

/// The arguments as CLI11 leaves them: text, not yet understood.
struct RawOptions {
  std::map<std::string, std::string> values;  // by the name in JSON
  bool gil = false, spawn_per_task = false, no_trace = false, durable = false, save_on_loop = false;
  bool as_json = false, as_csv = false;
};

class Parser {
 public:
  Parser() {
    app_.set_help_flag("-h,--help", "this text");
    app_.set_version_flag("--version", "Trilane's version");
    app_.require_subcommand(0, 1);
    app_.allow_extras();
    add_window();
    run_ = add_command("run", "Runs one workload with one model and prints what was measured.");
    add_text(run_, "model", "executor of the tasks: " + model_names());
    add_run_options(run_);
    run_->add_option("--trace", options_.trace_file, "write the last repeat's spans as Chrome trace JSON")
        ->option_text("FILE");
    sweep_ = add_command("sweep", "Runs a workload over several values of one option, with several models.");
    add_text(sweep_, "over", "option to vary: workers, size, tasks, wait-ms or concurrency", "OPTION");
    add_text(sweep_, "values", "its values, with commas between them", "1,2,4");
    add_text(sweep_, "models", "models to compare, of " + model_names(), "NAME,NAME");
    add_run_options(sweep_);
    lab_ = add_command("lab", "Runs experiments and prints their verdicts.");
    lab_->add_option("experiments", options_.experiments, "ids of trilane list experiments, or all")
        ->option_text("ID...");
    add_text(lab_, "lang", "language of verdicts and report [en]", "en|ru");
    add_text(lab_, "report", "write the lab report (Markdown, CSV, pictures) into this folder", "DIR");
    lab_->add_flag("--with-python", options_.with_python, "gil: the same question put to CPython");
    lab_->add_flag("--json", raw_.as_json, "one JSON document, of schema trilane.lab/2");
    for (const ConfigField& field : config_fields())
      add_text(lab_, std::string(field.name), std::string(field.help), range_text(field));
    judge_ =
        add_command("judge", "Judges a saved lab document anew by its samples; exit code 1 also if they disagree.");
    judge_->add_option("file", options_.judged_file, "the document; - is standard input")->option_text("FILE");
    add_text(judge_, "lang", "language of verdicts [en]", "en|ru");
    judge_->add_flag("--json", raw_.as_json, "one JSON document, of schema trilane.lab/2");
    list_ = add_command("list", "Lists what can be run.");
    list_->add_option("what", options_.list_what, "workloads, models, experiments or sheet")->option_text("WHAT");
    list_->add_flag("--json", raw_.as_json, "one JSON document");
    serve_ = add_command("serve", "Serves the page with the headers that give it threads (cross-origin isolation).");
    add_text(serve_, "port", "port to listen on, 0 for any free one [8080]", "0 to 65535");
    add_text(serve_, "root", "folder to serve [the page that was built beside this program]", "DIR");
    add_text(serve_, "host", "address to listen on [127.0.0.1: this machine only]", "ADDRESS");
    help_ = add_command("help", "Explains a command.");
    help_->add_option("command", help_topic_, "run, sweep, lab, judge, list, serve")->option_text("COMMAND");
  }

  Result<CliOptions> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForVersion&) {
      return text(fmt::format("trilane {}\n", TRILANE_VERSION));
    } catch (const CLI::CallForHelp&) {
      return text(help_of(chosen()));
    } catch (const CLI::ArgumentMismatch& error) {
      return usage(wrong_count(error.what()));
    } catch (const CLI::ParseError& error) {
      return usage(error.what());
    }
    if (auto problem = unknown_argument()) return std::unexpected(*problem);
    CLI::App* command = chosen();
    if (command == help_) return help();
    if (Status status = read_all(command); !status) return usage(with_option_name(status.error()));
    return options_;
  }

 private:
  CLI::App* add_command(const char* name, const char* description) {
    CLI::App* command = app_.add_subcommand(name, description);
    command->allow_extras();
    command->get_formatter()->column_width(34);
    return command;
  }

  void add_text(CLI::App* app, const std::string& name, const std::string& help, const std::string& values = "NAME") {
    app->add_option(dashed(name), raw_.values[name], help)->option_text(values);
  }

  void add_run_options(CLI::App* app) {
    add_text(app, "workload", "what the tasks do: " + workload_names());
    for (const ConfigField& field : config_fields())
      add_text(app, std::string(field.name), std::string(field.help), range_text(field));
    app->add_flag("--gil", raw_.gil, "threads: one real lock models CPython's GIL");
    add_text(app, "counter_mode",
             "counter: split, mutex, atomic, local, or call (with --gil: it may change hands between load and store)");
    app->add_flag("--spawn-per-task", raw_.spawn_per_task, "threads, processes: a new worker for every task");
    add_text(app, "server", "fetch: a latency server's address [one is started for the run]", "URL");
    add_text(app, "urls", "fetch: pages to ask for instead of the lab's, an address a line", "FILE");
    app->add_flag("--durable", raw_.durable, "parse-and-save: every commit waits for the disk");
    app->add_flag("--save-on-loop", raw_.save_on_loop, "parse-and-save, async: commit on the event loop");
    app->add_flag("--with-python", options_.with_python,
                  "sum, sleep, fetch: the same in CPython too (threading, multiprocessing, asyncio)");
    app->add_flag("--no-trace", raw_.no_trace, "record no spans and no latencies");
    app->add_flag("--json", raw_.as_json, "one JSON document");
    app->add_flag("--csv", raw_.as_csv, "comma-separated values, a row for each repeat");
  }

  void add_window() {
    const char* group = "Window";
    const auto add = [&](const char* name, std::string& to, const char* help, const char* values) {
      app_.add_option(name, to, help)->option_text(values)->group(group);
    };
    add("--size", window_size_, "size of the window", "WxH");
    add("--theme", options_.window.theme, "colours", "dark|light");
    add("--lang", options_.window.language, "language", "en|ru");
    add("--scale", raw_.values["scale"], "device pixels per logical pixel [as the system says]", "0.5 to 4");
    add("--screenshot", options_.window.screenshot, "write a picture of the window and exit", "FILE.png");
    app_.add_option("--open", options_.window.files,
                    "a result or a Chrome trace to show beside the runs; may be repeated")
        ->option_text("FILE")
        ->group(group)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app_.add_option("--command", options_.window.commands, "JSON for the window's command door; may be repeated")
        ->option_text("JSON")
        ->group(group)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  CLI::App* chosen() const {
    const auto parsed = app_.get_subcommands();
    return parsed.empty() ? nullptr : parsed.front();
  }

  std::string help_of(CLI::App* command) const {
    if (command == nullptr || command == help_) return fmt::format(fmt::runtime(kOverview), TRILANE_VERSION);
    return command->help("trilane");
  }

  Result<CliOptions> text(std::string help) {
    options_.command = Command::help;
    options_.help_text = std::move(help);
    return options_;
  }

  Result<CliOptions> usage(std::string message) const {
    const CLI::App* command = chosen();
    const std::string topic = command == nullptr || command == help_ ? "" : " " + command->get_name();
    return fail(fmt::format("{}\nSee trilane help{}.", message, topic));
  }

  /// CLI11 begins the message with the option's name.
  std::string wrong_count(const std::string& message) const {
    const std::string name = message.substr(0, message.find(':'));
    const CLI::App* command = chosen();
    const CLI::Option* option = (command == nullptr ? &app_ : command)->get_option_no_throw(name);
    if (option == nullptr) return message;
    if (option->count() > 1) return name + " is given " + std::to_string(option->count()) + " times: once is allowed";
    return name + " needs a value: " + option->get_option_text();
  }

  std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* command : app_.get_subcommands({})) names.push_back(command->get_name());
    return names;
  }

  std::optional<Error> unknown_argument() const {
    const CLI::App* command = chosen();
    const std::vector<std::string> left = app_.remaining(true);
    if (left.empty()) return std::nullopt;
    const std::string& word = left.front();
    if (command == nullptr && !word.starts_with('-')) {
      return usage(fmt::format("there is no command \"{}\"{}: allowed are {}", word, meant(word, command_names()),
                               fmt::join(command_names(), ", ")))
          .error();
    }
    const std::string option = word.substr(0, word.find('='));
    std::vector<std::string> known;
    for (const CLI::Option* each : (command == nullptr ? &app_ : command)->get_options())
      for (const std::string& name : each->get_lnames()) known.push_back("--" + name);
    if (!word.starts_with('-'))
      return usage(fmt::format("\"{}\" is one word too many for {}", word, command->get_name())).error();
    return usage(fmt::format("there is no option {}{}: allowed are {}", option, meant(option, known),
                             fmt::join(known, ", ")))
        .error();
  }

  static std::string meant(const std::string& word, const std::vector<std::string>& known) {
    const std::string near = nearest(word, known);
    return near.empty() ? "" : fmt::format(" (did you mean {}?)", near);
  }

  Result<CliOptions> help() {
    if (help_topic_.empty()) return text(help_of(nullptr));
    for (CLI::App* command : app_.get_subcommands({}))
      if (command->get_name() == help_topic_) return text(help_of(command));
    return usage(fmt::format("there is no command \"{}\"{}: allowed are {}", help_topic_,
                             meant(help_topic_, command_names()), fmt::join(command_names(), ", ")));
  }

  Status read_all(const CLI::App* command) {
    if (raw_.as_json && raw_.as_csv) return fail("--json and --csv: choose one");
    if (raw_.as_json) options_.format = OutputFormat::json;
    if (raw_.as_csv) options_.format = OutputFormat::csv;
    if (command == nullptr) return read_window();
    if (command == list_) return read_list();
    if (command == serve_) return read_serve();
    if (command == lab_) return read_lab();
    if (command == judge_) return read_judge();
    options_.command = command == run_ ? Command::run : Command::sweep;
    return read_config(command);
  }

  const std::string* given(const CLI::App* app, std::string_view name) const {
    const CLI::Option* option = app->get_option_no_throw(dashed(name));
    return option == nullptr || option->empty() ? nullptr : &raw_.values.at(std::string(name));
  }

  Status read_numbers(const CLI::App* command) {
    json& config = options_.config;
    for (const ConfigField& field : config_fields()) {
      const std::string* value = given(command, field.name);
      if (value == nullptr) continue;
      auto number = to_number(*value);
      if (!number) {
        return fail(fmt::format("{} is \"{}\": it must be a number from {}", field.name, *value, range_text(field)),
                    std::string(field.name));
      }
      config[std::string(field.name)] = std::move(*number);
    }
    return {};
  }

  Status read_language(const CLI::App* command) {
    const std::string* language = given(command, "lang");
    if (language == nullptr) return {};
    if (*language != "en" && *language != "ru")
      return fail("lang is \"" + *language + "\": en or ru is allowed", "lang");
    options_.russian = *language == "ru";
    return {};
  }

  Status read_judge() {
    options_.command = Command::judge;
    if (options_.judged_file.empty()) return fail("judge needs one more word: a file with a lab document, or -");
    return read_language(judge_);
  }

  Status read_lab() {
    options_.command = Command::lab;
    if (options_.experiments.empty()) return fail("lab needs one more word: an experiment's id, or all");
    if (Status status = read_language(lab_); !status) return status;
    if (const std::string* folder = given(lab_, "report")) {
      if (folder->empty()) return fail("report is empty: a folder is allowed", "report");
      options_.report_folder = *folder;
    }
    return read_numbers(lab_);
  }

  Status read_config(const CLI::App* command) {
    if (Status status = read_numbers(command); !status) return status;
    json& config = options_.config;
    for (const char* name : {"model", "workload", "counter_mode", "over", "server"})
      if (const std::string* value = given(command, name)) config[name] = *value;
    if (const std::string* values = given(command, "values")) {
      config["values"] = json::array();
      for (const std::string& value : split(*values)) {
        auto number = to_number(value);
        if (!number)
          return fail("values has \"" + value + "\": numbers with commas between them are allowed", "values");
        config["values"].push_back(std::move(*number));
      }
    }
    if (const std::string* models = given(command, "models")) config["models"] = split(*models);
    if (raw_.gil) config["gil"] = true;
    if (raw_.spawn_per_task) config["spawn_per_task"] = true;
    if (raw_.no_trace) config["trace"] = false;
    if (raw_.durable) config["durable"] = true;
    if (raw_.save_on_loop) config["save_on_loop"] = true;
    if (const std::string* file = given(command, "urls")) {
      // Opened as a file it seems to be an empty one.
      std::error_code unknown;
      if (std::filesystem::is_directory(*file, unknown))
        return fail("urls: cannot read " + *file + ": it is a directory", "urls");
      auto urls = read_urls(*file);
      if (!urls) return std::unexpected(urls.error());
      if (!config.contains("tasks")) config["tasks"] = urls->size();
      config["urls"] = std::move(*urls);
    }
    if (raw_.no_trace && !options_.trace_file.empty()) return fail("--trace and --no-trace: choose one");
    return {};
  }

  Status read_list() {
    options_.command = Command::list;
    constexpr std::string_view kAllowed[] = {"workloads", "models", "experiments", "sheet"};
    if (std::ranges::find(kAllowed, options_.list_what) != std::end(kAllowed)) return {};
    const std::string& what = options_.list_what;
    return fail((what.empty() ? std::string("list needs one more word") : "there is no list of \"" + what + "\"") +
                ": allowed are workloads, models, experiments, sheet");
  }

  Status read_serve() {
    options_.command = Command::serve;
    if (const std::string* port = given(serve_, "port")) {
      const auto number = to_number(*port);
      if (!number || !number->is_number_integer() || *number < 0 || *number > 65535)
        return fail("port is \"" + *port + "\": a whole number from 0 to 65535 is allowed", "port");
      options_.server.port = number->get<std::uint16_t>();
    }
    if (const std::string* host = given(serve_, "host")) options_.server.host = *host;
    if (const std::string* root = given(serve_, "root")) {
      if (root->empty()) return fail("root is empty: a folder is allowed", "root");
      options_.server.root = *root;
    }
    return {};
  }

  Status read_window() {
    WindowOptions& window = options_.window;
    if (!window_size_.empty()) {
      const std::size_t cross = window_size_.find('x');
      const auto width = to_number(std::string_view(window_size_).substr(0, cross));
      const auto height = cross == std::string::npos ? std::nullopt : to_number(window_size_.substr(cross + 1));
      const auto fits = [](const std::optional<json>& n) {
        return n && n->is_number_integer() && *n >= 200 && *n <= 8192;
      };
      if (!fits(width) || !fits(height))
        return fail("size is \"" + window_size_ + "\": WIDTHxHEIGHT, each from 200 to 8192, is allowed", "size");
      window.width = width->get<int>();
      window.height = height->get<int>();
    }
    if (!window.theme.empty() && window.theme != "dark" && window.theme != "light")
      return fail("theme is \"" + window.theme + "\": dark or light is allowed", "theme");
    if (!window.language.empty() && window.language != "en" && window.language != "ru")
      return fail("lang is \"" + window.language + "\": en or ru is allowed", "lang");
    if (const std::string* scale = given(&app_, "scale")) {
      const auto number = to_number(*scale);
      if (!number || !(number->get<double>() >= 0.5 && number->get<double>() <= 4))
        return fail("scale is \"" + *scale + "\": a number from 0.5 to 4 is allowed", "scale");
      window.scale = number->get<double>();
    }
    for (const std::string& command : window.commands)
      if (!json::accept(command)) return fail("command is \"" + command + "\": it must be JSON", "command");
    return {};
  }

  CLI::App app_{"Trilane", "trilane"};
  CLI::App *run_, *sweep_, *lab_, *judge_, *list_, *serve_, *help_;
  RawOptions raw_;
  CliOptions options_;
  std::string window_size_;
  std::string help_topic_;
};

}  // namespace

Result<CliOptions> parse_arguments(int argc, const char* const* argv) { return Parser().parse(argc, argv); }

std::string with_option_name(const Error& error) {
  if (error.field.empty()) return error.message;
  const std::string option = dashed(error.field);
  if (error.message.starts_with(error.field)) return option + error.message.substr(error.field.size());
  return option + ": " + error.message;
}

}  // namespace trilane::native
