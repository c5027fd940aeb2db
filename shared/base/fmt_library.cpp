// The formatting library's own code, compiled once here: header-only it would be compiled again in every file that
// formats anything, most of that file's time. Every program that formats links this layer.
//
// What format.h of the pinned version (shared/setup/cmake/fmt_json.cmake) only declares; as upstream's src/format.cc,
// without wide characters and, where numbers are never grouped, without std::locale.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

template auto dragonbox::to_decimal(float x) noexcept -> dragonbox::decimal_fp<float>;
template auto dragonbox::to_decimal(double x) noexcept -> dragonbox::decimal_fp<double>;
template auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template auto decimal_point_impl(locale_ref) -> char;
template void buffer<char>::append(const char*, const char*);
template void vformat_to(buffer<char>&, string_view, typename vformat_args<>::type, locale_ref);
#ifndef FMT_STATIC_THOUSANDS_SEPARATOR
template locale_ref::locale_ref(const std::locale& loc);
template auto locale_ref::get<std::locale>() const -> std::locale;
#endif

}  // namespace detail
FMT_END_NAMESPACE
