// Reading members of JSON objects that may be missing, null or of another type.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

namespace trilane::ui {

/// The member, or `fallback` when there is none of that type.
template <class V>
V value_or(const nlohmann::json& object, const char* key, V fallback) {
  const auto it = object.find(key);
  if (it == object.end()) return fallback;
  if constexpr (std::is_same_v<V, std::string>) {
    return it->is_string() ? it->get<std::string>() : fallback;
  } else if constexpr (std::is_same_v<V, bool>) {
    return it->is_boolean() ? it->get<bool>() : fallback;
  } else {
    return it->is_number() ? it->get<V>() : fallback;
  }
}

/// The member when it is an object, else an empty one.
inline nlohmann::json value_or_object(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_object() ? *it : nlohmann::json::object();
}

}  // namespace trilane::ui
