// What an entry of a lab document says, in words for people: one wording for the command line, the card, the HTML and
// the report. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/saved_entry.hpp"

namespace trilane::lab {

inline const std::string& in(const BothTexts& texts, bool russian) { return russian ? texts.ru : texts.en; }

BothTexts verdict_words(Verdict verdict);
/// "yes", "no", "?".
BothTexts mark_of(Holds holds);
/// "40.1 [39.8, 40.3] ms", "not available".
BothTexts value_of(const Predicate& predicate);
BothTexts value_of(const Number& number);
/// "yes from 5.2 ×, no below 3.1 ×"; "exactly 0, in every round".
BothTexts thresholds_of(const Predicate& predicate);
/// What a case of it is called: its label, or where a document has none the model's name.
BothTexts case_name(const Fairness& terms);
/// The columns of a table of terms, and a row of it: case, workers, tasks in flight, creation, start.
std::vector<BothTexts> terms_head();
std::vector<BothTexts> terms_row(const Fairness& terms);
/// "The claim is about: tasks in flight. In all else the cases are equal."
BothTexts subject_words(const std::vector<std::string>& subject);
/// "Judged after 7 rounds. Each interval covers 98.4 %: …"
BothTexts plan_words(const Plan& plan);
/// Of an entry of trilane.lab/1: that it is one.
extern const BothTexts kOlderEntry;
/// What stands above what is known and was not tested.
extern const BothTexts kBackground;

}  // namespace trilane::lab
