// The formatting library's own code, compiled once here: header-only it would be compiled again in every file that
// formats anything, most of that file's time. Every program that formats links this layer.
#include <fmt/format-inl.h>

// What format.h only declares.
template auto fmt::detail::dragonbox::to_decimal(float x) noexcept -> fmt::detail::dragonbox::decimal_fp<float>;
template auto fmt::detail::dragonbox::to_decimal(double x) noexcept -> fmt::detail::dragonbox::decimal_fp<double>;
template auto fmt::detail::thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl(locale_ref) -> char;
