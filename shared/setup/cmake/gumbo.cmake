# Target gumbo: the HTML parser gumbo 0.13.0, plain C without dependencies, as a static library.
#
# Set-up has usually fetched the sources (FETCHCONTENT_SOURCE_DIR_GUMBO); otherwise CMake fetches the pinned tag.
include_guard(GLOBAL)
include(FetchContent)

FetchContent_Declare(
  gumbo
  GIT_REPOSITORY https://codeberg.org/gumbo-parser/gumbo-parser.git
  GIT_TAG 0.13.0
  GIT_SHALLOW TRUE
  SOURCE_SUBDIR none) # upstream's own build needs the autotools: this only provides gumbo_SOURCE_DIR
FetchContent_MakeAvailable(gumbo)

set(gumbo_sources attribute char_ref error parser string_buffer string_piece tag tokenizer utf8 util vector)
list(TRANSFORM gumbo_sources PREPEND ${gumbo_SOURCE_DIR}/src/)
list(TRANSFORM gumbo_sources APPEND .c)
add_library(gumbo STATIC ${gumbo_sources})
target_include_directories(gumbo SYSTEM PUBLIC ${gumbo_SOURCE_DIR}/src)
set_target_properties(gumbo PROPERTIES C_STANDARD 11 C_EXTENSIONS ON) # strcasecmp
target_compile_options(gumbo PRIVATE -w)
