// Expected failures travel as values: a function that can fail for a reason a person can act on returns Result<T>.
// A bug (a broken invariant) is a TRILANE_CHECK instead (base/check.hpp). Our own code throws nothing.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace trilane {

/// Why something could not be done, in words for the person who asked for it.
struct Error {
  std::string message;  ///< A whole sentence, in English: what was wrong, and what is allowed or what to do.
  std::string field;    ///< The option at fault ("workers"), or empty when the cause is not one option.
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// `return fail("...")` from any function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(std::string message, std::string field = {}) {
  return std::unexpected(Error{std::move(message), std::move(field)});
}

}  // namespace trilane
