#include "ui/command_pins.hpp"

#include <algorithm>

#include "ui/import_result.hpp"
#include "ui/json_value.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json refused(const Error& error) { return {{"error", {{"message", error.message}, {"field", error.field}}}}; }

/// A member that may be missing; an error when it is there and of another type.
template <class V>
Result<std::optional<V>> wanted(const json& request, const char* key, const char* type) {
  const auto found = request.find(key);
  if (found == request.end() || found->is_null()) return std::nullopt;
  bool fits = false;
  if constexpr (std::is_same_v<V, bool>) {
    fits = found->is_boolean();
  } else if constexpr (std::is_same_v<V, int>) {
    fits = found->is_number_integer() && *found >= -1 && *found <= INT32_MAX;
  } else {
    fits = found->is_string();
  }
  if (!fits) return fail(std::string("\"") + key + "\" must be " + type + ".", key);
  return found->get<V>();
}

json pin(Ui& ui, const json& request) {
  const auto name = wanted<std::string>(request, "name", "a text");
  if (!name) return refused(name.error());
  const auto key = wanted<std::string>(request, "racer", "a racer's name");
  if (!key) return refused(key.error());
  std::optional<Racer> only;
  if (*key) {
    const auto found = std::ranges::find(kRacerKeys, **key);
    if (found == std::end(kRacerKeys))
      return refused({"\"racer\" must be sync, threads, threads_gil, processes or async.", "racer"});
    only = static_cast<Racer>(found - std::begin(kRacerKeys));
  }
  const auto id = ui.session.pin_current(name->value_or(""), only);
  if (!id) return refused(id.error());
  ui.compared = *id;
  return {{"id", *id}};
}

json change(Ui& ui, int id, const json& request) {
  const auto name = wanted<std::string>(request, "name", "a text");
  if (!name) return refused(name.error());
  const auto shown = wanted<bool>(request, "shown", "true or false");
  if (!shown) return refused(shown.error());
  const auto mark = wanted<int>(request, "mark", "a number");
  if (!mark) return refused(mark.error());
  if (const Status done = ui.session.change_pin(id, *name, *shown, *mark); !done) return refused(done.error());
  return {{"ok", true}};
}

json import_text(Ui& ui, const json& request) {
  if (const auto problem = wanted<std::string>(request, "problem", "a text"); problem && *problem) {
    // The host could not read it: said as what is wrong inside a file is.
    ui.say(ui.words()(T::not_opened, {**problem}));
    return refused({**problem, ""});
  }
  const auto name = wanted<std::string>(request, "name", "a text");
  if (!name) return refused(name.error());
  if (request.value("reading", json()) == true) {
    ui.say(ui.words()(T::opening, {name->value_or("")}));
    return {{"ok", true}};
  }
  const auto text = request.find("text");
  if (text == request.end() || !text->is_string()) return refused({"\"text\" must be the file's text.", "text"});
  const auto id = ui.open_text(text->get_ref<const std::string&>(), name->value_or(""));
  if (!id) return refused(id.error());
  json answer = {{"id", *id}};
  for (const json& one : ui.session.pins_json(false)) {
    if (one["id"] == *id) answer["pin"] = one;
  }
  return answer;
}

}  // namespace

bool is_pin_command(std::string_view verb) {
  constexpr std::string_view kVerbs[] = {"pin", "pins", "change_pin", "unpin", "run_pin", "import", "open"};
  return std::ranges::find(kVerbs, verb) != std::end(kVerbs);
}

[[gnu::noinline]] json pin_command(Ui& ui, std::string_view verb, const json& request) {
  if (verb == "pin") return pin(ui, request);
  if (verb == "pins") return {{"pins", ui.session.pins_json(true)}};
  if (verb == "import") return import_text(ui, request);
  if (verb == "open") {
    ui.open_file();
    return {{"ok", true}};
  }
  const auto id = wanted<int>(request, "id", "a pin's number");
  if (!id) return refused(id.error());
  if (!*id) return refused({"\"id\" must be a pin's number.", "id"});
  if (verb == "change_pin") return change(ui, **id, request);
  const Status done = verb == "unpin" ? ui.session.unpin(**id) : ui.run_pin(**id);
  if (!done) return refused(done.error());
  return {{"ok", true}};
}

std::string Ui::name_of(const RunView& run) const {
  const std::string ours = run.beside.empty() ? name_of(run.racer) : run.beside;
  const std::string name = run.title.empty() ? ours : run.title;
  const Pin* const pin = run.pin != 0 ? session.find_pin(run.pin) : nullptr;
  return pin == nullptr ? name : std::string(1, pin->letter()) + " · " + name;
}

void Ui::pin() {
  if (!session.can_pin()) return say(words()(T::pin_nothing));
  const auto id = session.pin_current();
  if (!id) return say(words()(T::pin_too_many, {std::to_string(kMostPins)}));
  compared = *id;
  say(words()(T::pinned_as, {session.find_pin(*id)->name}));
}

void Ui::open_file() {
  // Only a page has a dialog for it.
  if (services.is_page && services.emit) {
    services.emit({{"event", "dialog"}, {"name", "open"}});
  } else {
    say(words()(T::open_file_window));
  }
}

Result<int> Ui::open_text(const std::string& text, std::string_view name) {
  const auto added = [&]() -> Result<int> {
    auto pin = read_import(text);
    if (!pin) return std::unexpected(pin.error());
    // A file's name without its ending tells more than what we would make up.
    const std::string_view stem = name.substr(0, name.rfind('.'));
    if (pin->name.empty()) pin->name = pin_name(stem.empty() ? name : stem);
    return session.add_pin(std::move(*pin));
  };
  const Result<int> id = added();
  if (!id) {
    say(words()(T::not_opened, {id.error().message}));
    return id;
  }
  compared = *id;
  if (layout == Layout::narrow) tab = Tab::why;
  show_why = true;
  say(words()(T::opened, {session.find_pin(*id)->name}));
  return id;
}

Status Ui::run_pin(int id) {
  const Pin* const pin = session.find_pin(id);
  if (pin == nullptr) return fail("There is no pin " + std::to_string(id) + ".", "id");
  if (locked) return fail(words()(T::locked_note));
  const auto settings = session.settings_of(*pin);
  if (!settings) return fail(words()(T::pin_no_settings));
  if (session.busy() && !session.in_demo()) return fail("A measurement is under way: stop it first.");
  const bool sweep = session.runs_of(*pin).empty();
  compared = id;
  (void)session.open_lab("");
  show_lab = false;
  // Values that this machine cannot take are clamped, and marked so in the settings.
  session.apply_patch(*settings);
  const auto jobs = sweep ? session.sweep() : session.race();
  if (!jobs) return std::unexpected(jobs.error());
  return {};
}

}  // namespace trilane::ui
