// Reading a JSON document that somebody else made: a member of the wrong type is an error with its name, never an
// exception. The first error stays. Any thread, one at a time.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trilane {

class JsonReader {
 public:
  /// The document outlives the reader. Not an object: an error at once.
  explicit JsonReader(const nlohmann::json& document) : document_(document) {
    if (!document.is_object()) error_ = Error{"it is not an object", ""};
  }

  /// Each gives the member, or `otherwise` where it is missing or null.
  bool flag(std::string_view name, bool otherwise) {
    const nlohmann::json* value = find(name);
    if (value == nullptr) return otherwise;
    if (value->is_boolean()) return value->get<bool>();
    return wrong(name, "true or false"), otherwise;
  }
  double number(std::string_view name, double otherwise) {
    const nlohmann::json* value = find(name);
    if (value == nullptr) return otherwise;
    if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
    return wrong(name, "a number"), otherwise;
  }
  std::int64_t whole(std::string_view name, std::int64_t otherwise) {
    const nlohmann::json* value = find(name);
    if (value == nullptr) return otherwise;
    // Unsigned ones beyond the signed range are not integers that anybody here sends.
    if (value->is_number_integer() &&
        (!value->is_number_unsigned() || value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX})) {
      return value->get<std::int64_t>();
    }
    return wrong(name, "a whole number"), otherwise;
  }
  std::string text(std::string_view name, std::string otherwise) {
    const nlohmann::json* value = find(name);
    if (value == nullptr) return otherwise;
    if (value->is_string()) return value->get<std::string>();
    wrong(name, "a text");
    return otherwise;
  }
  nlohmann::json object(std::string_view name) { return structure(name, nlohmann::json::object(), "an object"); }
  nlohmann::json array(std::string_view name) { return structure(name, nlohmann::json::array(), "a list"); }

  /// What was wrong first.
  const std::optional<Error>& error() const { return error_; }

 private:
  const nlohmann::json* find(std::string_view name) const {
    if (!document_.is_object()) return nullptr;
    const auto found = document_.find(name);
    return found == document_.end() || found->is_null() ? nullptr : &*found;
  }
  nlohmann::json structure(std::string_view name, nlohmann::json empty, const char* wanted) {
    const nlohmann::json* value = find(name);
    if (value == nullptr) return empty;
    if (value->type() == empty.type()) return *value;
    wrong(name, wanted);
    return empty;
  }
  void wrong(std::string_view name, const char* wanted) {
    if (!error_) error_ = Error{std::string(name) + " is not " + wanted, std::string(name)};
  }

  const nlohmann::json& document_;
  std::optional<Error> error_;
};

}  // namespace trilane
