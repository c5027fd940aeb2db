# cmake -D INPUT= -D SYMBOL= -D SOURCE= -D HEADER= -P embed_file.cmake: a file as C++ (see fonts.cmake).
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
# Lines of 20 bytes: compilers and editors dislike one line of 100 kB.
set(byte "0x[0-9a-f][0-9a-f],")
string(REGEX REPLACE "(${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte})" "\\1\n    " bytes
                     "${bytes}")
get_filename_component(name "${INPUT}" NAME)

file(WRITE "${HEADER}"
     "// Made from ${name} by embed_file.cmake.
#pragma once

#include <span>

namespace trilane::embedded {
extern const std::span<const unsigned char> ${SYMBOL};
}  // namespace trilane::embedded
")
file(WRITE "${SOURCE}"
     "// Made from ${name} by embed_file.cmake.
#include \"embedded/${SYMBOL}.hpp\"

namespace trilane::embedded {
namespace {
constexpr unsigned char kBytes[] = {
    ${bytes}
};
}  // namespace
// constinit: usable from any static initialiser.
constinit const std::span<const unsigned char> ${SYMBOL}{kBytes};
}  // namespace trilane::embedded
")
