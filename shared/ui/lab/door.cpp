// What opens and runs experiments, whoever asks: the list, keys, the command door. And the lab in the state that the
// DOM mirror and embedding pages read.
#include "ui/export.hpp"
#include "ui/json_value.hpp"
#include "ui/lab/finding.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json error(const std::string& message, const std::string& field) {
  return {{"error", {{"message", message}, {"field", field}}}};
}
json answer_of(const Status& status) {
  return status ? json{{"ok", true}} : error(status.error().message, status.error().field);
}

constexpr std::string_view kMarks[] = {"not_run", "running", "confirmed", "refuted", "undecided", "missing"};
constexpr std::string_view kKinds[] = {"choice", "rank", "number", "curve"};

json question_json(const Words& w, const PredictionQuestion& question) {
  json options = json::array();
  for (const PredictionOption& one : question.options) options.push_back({{"id", one.id}, {"text", in(w, one.text)}});
  return {{"kind", kKinds[static_cast<int>(question.kind)]},
          {"text", in(w, question.text)},
          {"options", std::move(options)},
          {"unit", question.unit},
          {"min", question.min},
          {"max", question.max},
          {"x_min", question.x_min},
          {"x_max", question.x_max},
          {"x_log", question.x_log},
          {"x_label", in(w, question.x_label)},
          {"y_min", question.y_min},
          {"y_max", question.y_max},
          {"y_label", in(w, question.y_label)}};
}

json open_json(const Ui& ui, const LabEntry& entry) {
  const Words words(ui.session.view().lang);
  json out = {{"id", entry.id},
              {"origin", words(origin_text(entry))},
              {"claim", claim_text(words, entry)},
              {"about", in(words, entry.about)},
              {"sheet", sheet_text(words, entry)},
              {"question", entry.question ? question_json(words, *entry.question) : json()},
              {"missing", entry.missing.empty() ? json() : json(missing_text(ui, entry))},
              {"full_page", full_page_helps(ui, entry) ? json(full_page_url(ui)) : json()},
              {"options", ui.session.lab_options()},
              {"viewer", viewer_json(ui)},
              {"verdict", nullptr}};
  const LabRecord* const record = ui.session.lab().peek(entry.id);
  if (record == nullptr) return out;
  out["prediction"] = record->prediction;
  out["skipped"] = record->skipped;
  if (!record->error.empty()) out["error"] = record->error;
  if (record->verdict) out["verdict"] = verdict_name(*record->verdict);
  if (!record->result) return out;
  const SavedEntry& found = record->result->entry;
  out["found"] = finding_json(words, found);
  out["truth"] = found.truth;
  if (entry.question && !record->prediction.is_null())
    out["comparison"] = compare_lines(words, *entry.question, record->prediction, found.truth);
  return out;
}

void belong_to_open(Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  const std::string id = entry != nullptr ? entry->id : "";
  if (ui.lab.entry == id) return;
  ui.lab = LabUi();
  ui.lab.entry = id;
  if (ui.layout == Layout::narrow && entry != nullptr) ui.tab = Tab::why;
}

}  // namespace

std::string missing_text(const Ui& ui, const LabEntry& entry) {
  if (entry.missing.empty()) return {};
  const Words words(ui.session.view().lang);
  const Host& host = ui.session.host();
  // The engine speaks English; the page's own reason is in the catalogue.
  const auto reason = find_text(ui.services.isolation_reason);
  const bool no_threads = !host.threads && entry.missing == host.threads_missing_because;
  if (no_threads && reason) return words(T::lab_needs_threads, {words(*reason)});
  return words(T::lab_engine_missing, {entry.missing});
}

std::string full_page_url(const Ui& ui) {
  if (ui.services.page_url.empty()) return {};
  const char* const lang = ui.session.view().lang == Lang::ru ? "ru" : "en";
  const std::string query = share_query(ui.session, ui.timeline);
  return ui.services.page_url + query + (query.empty() ? "?lang=" : "&lang=") + lang;
}

bool full_page_helps(const Ui& ui, const LabEntry& entry) {
  const Host& host = ui.session.host();
  const std::string& reason = ui.services.isolation_reason;
  return !entry.missing.empty() && !host.threads && entry.missing == host.threads_missing_because &&
         !ui.services.page_url.empty() &&
         (ui.embedded || reason == text_key(T::isolation_off) || reason == text_key(T::isolation_framed));
}

void follow_open_experiment(Ui& ui) {
  belong_to_open(ui);
  if (ui.lab.entry.empty()) return;
  ui.show_lab = true;
}

void open_experiment(Ui& ui, std::string_view id) {
  if (ui.locked && ui.session.lab().open() != nullptr) return ui.say(ui.words()(T::locked_note));
  if (ui.session.in_demo()) ui.session.stop();
  if (Status opened = ui.session.open_lab(id); !opened) ui.say(opened.error().message);
  belong_to_open(ui);
}

void keep_prediction(Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr) return;
  const LabRecord& record = ui.session.lab().record(entry->id);
  if (entry->question && record.prediction.is_null() && !record.skipped) {
    const json answer =
        entry->question->kind == PredictionKind::curve ? ui.lab.curve.answer(*entry->question) : ui.lab.draft;
    const bool answered = !answer.is_null() && ui.session.predict(answer).has_value();
    if (!answered) ui.session.skip_prediction();
  }
}

void run_experiment(Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr) return;
  if (!entry->missing.empty()) return ui.say(missing_text(ui, *entry));
  // A prediction that was made but not sent off counts: Run is the same as the card's own button.
  keep_prediction(ui);
  if (const auto jobs = ui.session.run_lab(); !jobs) ui.say(jobs.error().message);
}

[[gnu::noinline]] json lab_command(Ui& ui, const json& request) {
  const std::string verb = value_or<std::string>(request, "do", "");
  if (verb == "predict") {
    if (value_or(request, "skip", false)) {
      ui.session.skip_prediction();
      return {{"ok", true}};
    }
    const auto answer = request.find("answer");
    if (answer == request.end()) return error("\"answer\" is missing: null takes an answer back.", "answer");
    return answer_of(ui.session.predict(*answer));
  }
  const auto id = request.find("id");
  if (id == request.end() && request.size() == 1) return lab_state(ui);
  if (id == request.end() || !(id->is_string() || id->is_null()))
    return error("\"id\" must be an experiment's name, or null for the free race.", "id");
  if (ui.locked && ui.session.lab().open() != nullptr && *id != json(ui.session.lab().open()->id))
    return error(text(ui.session.view().lang, T::locked_note), "id");
  const Status opened =
      ui.session.open_lab(id->is_string() ? id->get<std::string>() : "", value_or_object(request, "settings"));
  if (!opened) return answer_of(opened);
  ui.show_lab = id->is_string();
  belong_to_open(ui);
  if (value_or(request, "run", false)) {
    if (const auto jobs = ui.session.run_lab(); !jobs) return error(jobs.error().message, jobs.error().field);
  }
  return {{"ok", true}};
}

json lab_state(const Ui& ui) {
  const LabBook& lab = ui.session.lab();
  const Words words(ui.session.view().lang);
  json experiments = json::array();
  for (const LabEntry& entry : lab.entries()) {
    experiments.push_back({{"id", entry.id},
                           {"section", entry.section},
                           {"title", in(words, entry.title)},
                           {"state", kMarks[static_cast<int>(lab.mark(entry))]}});
  }
  const LabEntry* const open = lab.open();
  json out = {{"known", lab.known()},
              {"experiments", std::move(experiments)},
              {"open", open != nullptr ? open_json(ui, *open) : json()}};
  if (!lab.unknown().empty()) out["unknown"] = lab.unknown();
  if (!lab.running.empty())
    out["running"] = {{"id", lab.running}, {"fraction", lab.fraction}, {"step", in(words, lab.step)}};
  return out;
}

}  // namespace trilane::ui
