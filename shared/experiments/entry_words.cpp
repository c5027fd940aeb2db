#include "experiments/entry_words.hpp"

#include <algorithm>
#include <utility>

#include "experiments/words.hpp"

namespace trilane::lab {
namespace {

struct Known {
  std::string_view id;
  BothTexts text;
};

/// The words of a code; of another version's code the code itself.
BothTexts words_of(std::span<const Known> known, const std::string& id) {
  const auto found = std::ranges::find(known, id, &Known::id);
  return found == known.end() ? BothTexts{id, id} : found->text;
}

BothTexts count_of(const std::optional<std::uint32_t>& count) { return count ? number(*count) : kNothing; }

}  // namespace

const BothTexts kOlderEntry = {
    "Measured by an older version of Trilane: its verdict was not made of tested predicates. Run it again to have them "
    "tested.",
    "Измерено более старой версией Trilane: её вывод не состоял из проверенных условий. Запустите опыт снова, чтобы "
    "они "
    "были проверены."};

const BothTexts kBackground = {"Why it is so (known, not tested here)", "Почему так (известно, здесь не проверялось)"};

BothTexts verdict_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::confirmed: return {"confirmed", "подтверждено"};
    case Verdict::refuted: return {"refuted", "опровергнуто"};
    case Verdict::undecided: break;
  }
  return {"not decided", "не решено"};
}

BothTexts mark_of(Holds holds) {
  switch (holds) {
    case Holds::yes: return {"yes", "да"};
    case Holds::no: return {"no", "нет"};
    case Holds::unclear: break;
  }
  return {"?", "?"};
}

BothTexts value_of(const Predicate& predicate) { return quantity(predicate.value, predicate.unit); }

BothTexts value_of(const Number& one) {
  if (!one.value) return with_interval(std::nullopt);
  const bool interval = one.low && one.high && *one.low <= *one.value && *one.value <= *one.high;
  return quantity(interval ? Estimate{*one.value, *one.low, *one.high} : exactly(*one.value), one.unit);
}

BothTexts thresholds_of(const Predicate& one) {
  const BothTexts yes = quantity(one.yes, one.unit), no = quantity(one.no, one.unit);
  if (one.kind == "within") {
    const BothTexts target = quantity(one.target.value_or(0), one.unit);
    if (one.every && one.yes == 0) return both("exactly {}, in every round", "ровно {} в каждом повторе", target);
    if (one.every) return both("{} ± {}, in every round", "{} ± {} в каждом повторе", target, yes);
    return both("yes within {0} ± {1}, no beyond ± {2}", "да в пределах {0} ± {1}, нет за пределами ± {2}", target, yes,
                no);
  }
  const bool least = one.kind == "at_least";
  if (one.every) {
    return least ? both("{} or more, in every round", "не меньше {} в каждом повторе", yes)
                 : both("{} or less, in every round", "не больше {} в каждом повторе", yes);
  }
  return least ? both("yes from {}, no below {}", "да от {}, нет ниже {}", yes, no)
               : both("yes up to {}, no above {}", "да до {}, нет выше {}", yes, no);
}

BothTexts case_name(const Fairness& terms) { return terms.label.en.empty() ? model_name(terms.of) : terms.label; }

std::vector<BothTexts> terms_head() {
  return {{"Case", "Случай"},
          {"Workers", "Исполнители"},
          {"Tasks in flight", "Задач одновременно"},
          {"Workers are created", "Исполнители создаются"},
          {"Start", "Запуск"}};
}

std::vector<BothTexts> terms_row(const Fairness& terms) {
  static const Known kCreation[] = {{"inside", {"within the time", "внутри времени"}},
                                    {"outside", {"before it", "до него"}},
                                    {"none", {"none is", "никакие"}}};
  static const Known kStart[] = {{"warm", {"warm", "прогретый"}}, {"cold", {"cold", "холодный"}}};
  return {case_name(terms), count_of(terms.workers), count_of(terms.in_flight), words_of(kCreation, terms.creation),
          words_of(kStart, terms.start)};
}

BothTexts subject_words(const std::vector<std::string>& subject) {
  static const Known kSubjects[] = {{"workers", {"workers", "число исполнителей"}},
                                    {"in_flight", {"tasks in flight", "число задач одновременно"}},
                                    {"creation", {"when workers are created", "время создания исполнителей"}},
                                    {"start", {"a warm or a cold start", "прогретый или холодный запуск"}}};
  if (subject.empty()) return {"All cases were measured on equal terms.", "Все случаи измерены на равных условиях."};
  BothTexts list;
  for (const std::string& one : subject) {
    if (!list.en.empty()) list = list + BothTexts{", ", ", "};
    list = list + words_of(kSubjects, one);
  }
  return both("The claim is about: {}. In all else the cases are equal.",
              "Утверждение говорит об этом: {}. Во всём остальном случаи равны.", list);
}

BothTexts plan_words(const Plan& plan) {
  const BothTexts rounds = counted(plan.rounds, {"round", "rounds", "повтора", "повторов", "повторов"});
  const BothTexts covers = number((1 - plan.error) * 100);
  if (plan.rounds < plan.fewest()) {
    return both("Judged after {}: too few for an interval.", "Вывод сделан после {}: для интервала этого мало.",
                rounds);
  }
  if (plan.chosen) {
    return both("Judged once, after {}. Each interval covers the true median with {} %.",
                "Вывод сделан один раз, после {}. Каждый интервал накрывает истинную медиану с вероятностью {} %.",
                rounds, covers);
  }
  return both(
      "Judged after {0}, by a plan of looks fixed beforehand. Each interval covers {1} %, more than 95 %, because "
      "looking "
      "several times gives chance several opportunities: all looks together cover 95 % (Bonferroni).",
      "Вывод сделан после {0} по заранее заданному плану проверок. Каждый интервал накрывает истинную медиану с "
      "вероятностью "
      "{1} %, а не 95 %: несколько проверок дают случаю несколько возможностей, и 95 % накрывают все проверки вместе "
      "(Бонферрони).",
      rounds, covers);
}

}  // namespace trilane::lab
