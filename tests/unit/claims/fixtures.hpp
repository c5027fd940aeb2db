// Data for every experiment's claim: one set that confirms it, and for each of its predicates a change that makes it no
// and one that leaves it open. claims_test.cpp holds every claim against them.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "experiments/claim.hpp"

namespace trilane::claims {

using Change = std::function<void(Measured&)>;

struct OfPredicate {
  std::string_view id;
  Change no;       ///< Makes this predicate "no": the claim is refuted.
  Change unclear;  ///< Leaves this predicate open; nothing where it cannot be (one known number).
};

struct Fixture {
  std::string_view experiment;
  Measured confirming;
  std::vector<OfPredicate> predicates;
};

/// Eleven rounds around `middle`, each up to `noise` (a share) away from it.
void fill(Measured& measured, std::string_view of, std::string_view metric, double middle, double noise = 0.01);
/// So wide around `middle` that no threshold near it is decided.
void blur(Measured& measured, std::string_view of, std::string_view metric, double middle);
/// Multiplies what is there.
void scale(Measured& measured, std::string_view of, std::string_view metric, double factor);

// One function a file, in the order of the sheet's sections.
std::vector<Fixture> process_fixtures();
std::vector<Fixture> thread_fixtures();
std::vector<Fixture> wait_fixtures();
std::vector<Fixture> choosing_fixtures();

}  // namespace trilane::claims
