// App::command: the one JSON door (app.hpp says what goes through it). Needs no canvas.
#include "ui/timeline/command.hpp"
#include "experiments/run/runner.hpp"
#include "ui/app_impl.hpp"
#include "ui/command_pins.hpp"
#include "ui/export.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json error(const std::string& message, const std::string& field) {
  return {{"error", {{"message", message}, {"field", field}}}};
}

json jobs(const Result<std::vector<int>>& result) {
  if (!result) return error(result.error().message, result.error().field);
  return {{"jobs", *result}};
}

json submit_lab(Ui& ui, const json& request) {
  const auto id = request.find("id");
  if (id == request.end() || !id->is_string()) return error("\"id\" must be an experiment's name.", "id");
  const auto options = request.find("options");
  if (options != request.end() && !options->is_object()) return error("\"options\" must be an object.", "options");
  if (ui.session.engine_state() == EngineState::broken) {
    return error("The engine could not be started: " + ui.session.engine_reason(), "");
  }
  // Refused by the engine when it is not known: the front end has no catalogue of its own.
  return {{"job", ui.session.submit(protocol::Command::lab,
                                    {{"id", *id}, {"options", options == request.end() ? json::object() : *options}})}};
}

json submit(Ui& ui, const json& request) {
  const auto kind = request.find("kind");
  if (kind != request.end() && *kind == "lab") return submit_lab(ui, request);
  if (kind == request.end() || (*kind != "run" && *kind != "sweep")) {
    return error("\"kind\" must be \"run\", \"sweep\" or \"lab\".", "kind");
  }
  const auto config = request.find("config");
  if (config == request.end() || !config->is_object()) return error("\"config\" must be an object.", "config");
  if (ui.session.engine_state() == EngineState::broken) {
    return error("The engine could not be started: " + ui.session.engine_reason(), "");
  }
  // Bad options are refused here, with the field's name, before anything is queued.
  if (*kind == "run") {
    if (const auto parsed = parse_config(*config); !parsed) return error(parsed.error().message, parsed.error().field);
    return {{"job", ui.session.submit(protocol::Command::run, *config)}};
  }
  if (const auto parsed = parse_sweep(*config); !parsed) return error(parsed.error().message, parsed.error().field);
  return {{"job", ui.session.submit(protocol::Command::sweep, *config)}};
}

json set(Ui& ui, const json& request) {
  const auto settings = request.find("settings");
  if (settings == request.end() || !settings->is_object()) return error("\"settings\" must be an object.", "settings");
  if (ui.locked) {
    for (const auto& [name, value] : settings->items()) {
      if (name != "lang" && name != "theme") return error(text(ui.session.view().lang, T::locked_note), name);
    }
  }
  json patch = *settings;
  if (const auto lab = patch.find("lab"); lab != patch.end()) {
    // "?lab=gil&tasks=64": the experiment first, the rest over its settings.
    const std::string id = lab->is_string() ? lab->get<std::string>() : "";
    patch.erase("lab");
    if (Status opened = ui.session.open_lab(id, patch); !opened) return error(opened.error().message, "lab");
    ui.show_lab = !id.empty();
  } else if (!ui.session.lab().known() &&
             (patch.contains("workload") || patch.contains("model") || patch.contains("racers"))) {
    // A link to a race: not the experiment of last time.
    (void)ui.session.open_lab("");
    ui.show_lab = false;
  }
  const ApplyReport report = ui.session.apply_patch(patch);
  json clamped = json::array();
  for (const Clamped& one : report.clamped) {
    clamped.push_back({{"field", one.field}, {"value", one.value}, {"used", one.used}});
  }
  return {{"clamped", std::move(clamped)}, {"unknown", report.unknown}};
}

json embed(Ui& ui, const json& request) {
  for (const auto& [name, flag] : {std::pair{"embedded", &ui.embedded}, std::pair{"lock", &ui.locked}}) {
    const auto value = request.find(name);
    if (value == request.end()) continue;
    if (!value->is_boolean()) return error(std::string("\"") + name + "\" must be true or false.", name);
    *flag = value->get<bool>();
  }
  ui.redraw = true;
  if (ui.services.request_frame) ui.services.request_frame();
  return {{"embedded", ui.embedded}, {"lock", ui.locked}};
}

json motion(Ui& ui, const json& request) {
  const auto reduced = request.find("reduced");
  if (reduced == request.end() || !reduced->is_boolean()) return error("\"reduced\" must be true or false.", "reduced");
  ui.still = reduced->get<bool>();
  ui.redraw = true;
  return {{"reduced", ui.still}};
}

/// What a link or a course page needs; the page makes them of it (web/share.js).
json share(const Ui& ui) {
  const bool nothing = ui.session.own_runs().empty() && ui.session.sweep_view().empty();
  return {{"query", share_query(ui.session)},
          {"view", view_query(ui.timeline)},
          {"results", nothing ? json(nullptr) : export_results(ui.session)}};
}

json texts(Lang lang) {
  json out = json::object();
  for (int i = 0; i < static_cast<int>(T::count); ++i) {
    const auto id = static_cast<T>(i);
    out[std::string(text_key(id))] = text(lang, id);
  }
  return out;
}

}  // namespace

json App::command(const json& request) {
  Ui& ui = impl_->ui;
  const auto verb = request.is_object() ? request.find("do") : request.end();
  if (!request.is_object() || verb == request.end() || !verb->is_string()) {
    return error("A command is an object with \"do\".", "do");
  }
  const auto& what = verb->get_ref<const std::string&>();
  if (what == "submit") return submit(ui, request);
  if (what == "race") {
    const bool lab = ui.session.lab().open() != nullptr || !ui.session.lab().wished().empty();
    const LabEntry* const open = ui.session.lab().open();
    if (open != nullptr && !open->missing.empty()) return error(missing_text(ui, *open), "lab");
    return jobs(lab ? ui.session.run_lab() : ui.session.race());
  }
  if (what == "lab" || what == "predict") return lab_command(ui, request);
  if (what == "viewer") return viewer_command(ui, request);
  if (what == "demo") {
    ui.session.demo();
    return {{"ok", true}};
  }
  if (what == "sweep") return jobs(ui.session.sweep());
  if (what == "stop") {
    ui.session.stop();
    return {{"ok", true}};
  }
  if (what == "set") return set(ui, request);
  if (what == "hidden") {
    const auto hidden = request.find("hidden");
    if (hidden == request.end() || !hidden->is_boolean()) return error("\"hidden\" must be true or false.", "hidden");
    ui.session.set_hidden(hidden->get<bool>());
    return {{"ok", true}};
  }
  if (what == "renderer") {
    const auto name = request.find("name");
    if (name == request.end() || !name->is_string()) return error("\"name\" must be a text.", "name");
    set_renderer(name->get<std::string>());
    return {{"software", ui.software_gl}};
  }
  if (what == "lab_web") {
    // Found out by the page when a workload that fetches is first chosen or run.
    const auto reason = request.find("simulated_reason");
    if (reason == request.end() || !reason->is_string()) return error("\"simulated_reason\" must be a text.", "");
    ui.session.set_simulated(reason->get<std::string>());
    return {{"ok", true}};
  }
  if (what == "embed") return embed(ui, request);
  if (what == "motion") return motion(ui, request);
  if (what == "share") return share(ui);
  if (is_pin_command(what)) return pin_command(ui, what, request);
  if (what == "view") return view_command(ui, request);
  if (what == "timeline") return timeline_command(ui, request);
  if (what == "plots" || what == "plot" || what == "report") return plot_command(ui, request);
  if (what == "copied") {
    const auto why = request.find("error");
    if (why != request.end() && !why->is_string()) return error("\"error\" must be a text.", "error");
    ui.say(why == request.end() ? ui.words()(T::copied) : ui.words()(T::not_copied, {why->get<std::string>()}));
    return {{"ok", true}};
  }
  if (what == "undo") return {{"undone", !ui.locked && ui.session.undo()}};
  if (what == "state") {
    json state = ui.session.state();
    // What the mirror reads out to people: the same words as on the canvas.
    const Words words(ui.session.view().lang);
    const Verdict verdict =
        explain(words, ui.session.settings(), ui.session.own_runs(), ui.session.host(), ui.session.busy());
    json lines = json::array();
    for (const auto* list : {&verdict.results, &verdict.why, &verdict.models, &verdict.notes}) {
      for (const auto& line : *list) lines.push_back(line.text);
    }
    state["verdict"] = {{"question", verdict.question},
                        {"setup", verdict.setup},
                        {"headline", verdict.headline},
                        {"lines", std::move(lines)}};
    state["locked"] = ui.locked;
    state["timeline"] = to_json(ui.timeline);
    state["lab"] = lab_state(ui);
    state["texts"] = texts(ui.session.view().lang);
    return state;
  }
  if (what == "texts") {
    const auto lang = request.find("lang");
    if (lang != request.end() && *lang != "ru" && *lang != "en")
      return error("\"lang\" must be \"en\" or \"ru\".", "lang");
    return texts(lang == request.end() ? ui.session.view().lang : *lang == "ru" ? Lang::ru : Lang::en);
  }
  return error(
      "There is no command \"" + what +
          "\". There are submit, race, sweep, stop, lab, predict, viewer, demo, set, embed, motion, share, hidden, "
          "lab_web, view, timeline, plots, plot, report, pin, pins, change_pin, unpin, run_pin, import, open, "
          "copied, undo, state, texts.",
      "do");
}

}  // namespace trilane::ui
