#include "ui/lab/book.hpp"

#include <algorithm>

#include "ui/json_value.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr std::string_view kQuestionKinds[] = {"choice", "rank", "number", "curve"};

json member(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() ? json() : *it;
}

std::optional<PredictionQuestion> question_from(const json& from) {
  if (!from.is_object()) return std::nullopt;
  const auto kind = std::ranges::find(kQuestionKinds, value_or<std::string>(from, "kind", ""));
  if (kind == std::end(kQuestionKinds)) return std::nullopt;
  PredictionQuestion question;
  question.kind = static_cast<PredictionKind>(kind - std::begin(kQuestionKinds));
  question.text = both_texts_from(member(from, "text"));
  if (question.text.en.empty()) return std::nullopt;
  const json options = member(from, "options");
  if (options.is_array()) {
    for (const json& option : options) {
      if (option.is_object())
        question.options.push_back({value_or<std::string>(option, "id", ""), both_texts_from(member(option, "text"))});
    }
  }
  const bool lists = question.kind == PredictionKind::choice || question.kind == PredictionKind::rank;
  if (lists && question.options.size() < 2) return std::nullopt;
  question.unit = value_or<std::string>(from, "unit", "");
  question.figure = value_or<std::string>(from, "figure", "");
  question.min = value_or(from, "min", 0.0);
  question.max = value_or(from, "max", 0.0);
  question.x_min = value_or(from, "x_min", 0.0);
  question.x_max = value_or(from, "x_max", 0.0);
  question.y_min = value_or(from, "y_min", 0.0);
  question.y_max = value_or(from, "y_max", 0.0);
  question.x_log = value_or(from, "x_log", false);
  question.y_log = value_or(from, "y_log", false);
  question.x_label = both_texts_from(member(from, "x_label"));
  question.y_label = both_texts_from(member(from, "y_label"));
  if (question.kind == PredictionKind::number && !(question.min < question.max)) return std::nullopt;
  if (question.kind == PredictionKind::curve &&
      (!(question.x_min < question.x_max) || !(question.y_min < question.y_max) ||
       (question.x_log && question.x_min <= 0) || (question.y_log && question.y_min <= 0)))
    return std::nullopt;
  return question;
}

}  // namespace

T origin_text(const LabEntry& entry) {
  if (entry.origin == "completed") return T::lab_sheet_completed;
  if (entry.origin == "asks") return T::lab_sheet_asks;
  if (entry.origin == "task") return T::lab_sheet_task;
  return entry.origin == "beyond" ? T::lab_sheet_beyond : T::lab_sheet_says;
}

std::string claim_text(const Words& words, const LabEntry& entry) {
  const std::string& claim = words.lang() == Lang::ru ? entry.claim.ru : entry.claim.en;
  return entry.origin == "says" ? words(T::lab_quote, {claim}) : claim;
}

std::string sheet_text(const Words& words, const LabEntry& entry) {
  std::string out;
  for (const BothTexts& sentence : entry.sheet) {
    if (!out.empty()) out += ' ';
    out += words(T::lab_quote, {words.lang() == Lang::ru ? sentence.ru : sentence.en});
  }
  return out.empty() ? out : words(T::lab_sheet_tests, {out});
}

void LabBook::set_catalog(const json& experiments) {
  if (!experiments.is_array()) return;
  entries_.clear();
  for (const json& one : experiments) {
    if (!one.is_object()) continue;
    LabEntry entry;
    entry.id = value_or<std::string>(one, "id", "");
    if (entry.id.empty() || find(entry.id) != nullptr) continue;
    entry.section = value_or<std::string>(one, "section", "");
    entry.title = both_texts_from(member(one, "title"));
    if (entry.title.en.empty()) entry.title = {entry.id, entry.id};
    entry.claim = both_texts_from(member(one, "claim"));
    entry.origin = value_or<std::string>(one, "origin", "says");
    entry.about = both_texts_from(member(one, "about"));
    const json sentences = member(one, "sheet");
    for (const json& sentence : sentences.is_array() ? sentences : json::array()) {
      entry.sheet.push_back(both_texts_from(sentence));
    }
    entry.question = question_from(member(one, "question"));
    if (const json config = member(one, "config"); config.is_object()) entry.config = config;
    for (const char* list : {"reads", "own_options"}) {
      const json fields = member(one, list);
      for (const json& field : fields.is_array() ? fields : json::array()) {
        if (field.is_string()) entry.reads.push_back(field.get<std::string>());
      }
    }
    entry.missing = value_or<std::string>(one, "missing", "");
    entries_.push_back(std::move(entry));
  }
  known_ = true;
  if (!wished_.empty()) {
    const std::string wish = std::exchange(wished_, {});
    if (!choose(wish)) unknown_ = wish;
  } else if (!open_.empty() && find(open_) == nullptr) {
    open_.clear();
  }
}

const LabEntry* LabBook::find(std::string_view id) const {
  const auto it = std::ranges::find(entries_, id, &LabEntry::id);
  return it == entries_.end() ? nullptr : &*it;
}

const LabEntry* LabBook::open() const { return open_.empty() ? nullptr : find(open_); }

Status LabBook::choose(std::string_view id) {
  unknown_.clear();
  if (id.empty()) {
    open_.clear();
    wished_.clear();
    return {};
  }
  if (!known_) {
    wished_ = id;
    return {};
  }
  if (find(id) == nullptr) {
    std::string all;
    for (const LabEntry& entry : entries_) all += (all.empty() ? "" : ", ") + entry.id;
    return fail("There is no experiment \"" + std::string(id.substr(0, 60)) + "\". There are: " + all + ".", "lab");
  }
  open_ = last_ = id;
  return {};
}

const LabEntry* LabBook::neighbour(int by) const {
  const LabEntry* now = open();
  if (now == nullptr) return nullptr;
  const auto index = now - entries_.data() + by;
  return index < 0 || index >= static_cast<std::ptrdiff_t>(entries_.size())
             ? nullptr
             : &entries_[static_cast<std::size_t>(index)];
}

LabRecord& LabBook::record(std::string_view id) {
  const auto it = records_.find(id);
  return it != records_.end() ? it->second : records_[std::string(id)];
}

const LabRecord* LabBook::peek(std::string_view id) const {
  const auto it = records_.find(id);
  return it == records_.end() ? nullptr : &it->second;
}

LabMark LabBook::mark(const LabEntry& entry) const {
  if (!entry.missing.empty()) return LabMark::missing;
  if (entry.id == running) return LabMark::running;
  const LabRecord* record = peek(entry.id);
  if (record == nullptr || !record->verdict) return LabMark::not_run;
  switch (*record->verdict) {
    case trilane::Verdict::confirmed: return LabMark::confirmed;
    case trilane::Verdict::refuted: return LabMark::refuted;
    case trilane::Verdict::undecided: break;
  }
  return LabMark::undecided;
}

std::size_t LabBook::finished() const {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [this](const LabEntry& entry) {
    const LabRecord* record = peek(entry.id);
    return record != nullptr && record->verdict.has_value();
  }));
}

Status LabBook::take_result(const json& entry, json options) {
  auto read = read_entry(entry);
  if (!read) return std::unexpected(read.error());
  LabRecord& record = this->record(read->id);
  record.verdict = read->verdict;
  record.error.clear();
  record.result = LabResult{.entry = std::move(*read), .document = entry, .options = std::move(options)};
  return {};
}

json LabBook::to_json() const {
  json verdicts = json::object();
  json predictions = json::object();
  json skipped = json::array();
  for (const auto& [id, record] : records_) {
    if (record.verdict) verdicts[id] = verdict_name(*record.verdict);
    if (!record.prediction.is_null()) predictions[id] = record.prediction;
    if (record.skipped) skipped.push_back(id);
  }
  json out = {
      {"verdicts", std::move(verdicts)}, {"predictions", std::move(predictions)}, {"skipped", std::move(skipped)}};
  out["open"] = wished_.empty() ? open_ : wished_;
  return out;
}

void LabBook::load(const json& saved) {
  if (!saved.is_object()) return;
  if (const json verdicts = member(saved, "verdicts"); verdicts.is_object()) {
    for (const auto& [id, name] : verdicts.items()) {
      if (!name.is_string()) continue;
      if (const auto verdict = verdict_of(name.get<std::string>())) record(id).verdict = verdict;
    }
  }
  if (const json predictions = member(saved, "predictions"); predictions.is_object()) {
    for (const auto& [id, answer] : predictions.items()) record(id).prediction = answer;
  }
  if (const json skipped = member(saved, "skipped"); skipped.is_array()) {
    for (const json& id : skipped) {
      if (id.is_string()) record(id.get<std::string>()).skipped = true;
    }
  }
  if (const std::string open = value_or<std::string>(saved, "open", ""); !open.empty()) {
    // Of an earlier session: when it is gone by now, the lab simply is not open.
    if (known_) {
      if (!choose(open)) open_.clear();
    } else {
      wished_ = open;
    }
  }
}

}  // namespace trilane::ui
