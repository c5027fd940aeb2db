# Targets
#   trilane_fmt   fmt 10.1.1: its headers; its own code is compiled once, in trilane_base (shared/base/fmt_library.cpp)
#   trilane_json  nlohmann-json 3.11.3: headers only
#
# One version for the desktop and the page, whatever the machine has: set-up has usually fetched the sources
# (FETCHCONTENT_SOURCE_DIR_FMT and _JSON); otherwise CMake fetches the pinned tags.
include_guard(GLOBAL)
include(FetchContent)

FetchContent_Declare(
  fmt
  GIT_REPOSITORY https://github.com/fmtlib/fmt.git
  GIT_TAG 10.1.1
  GIT_SHALLOW TRUE
  SOURCE_SUBDIR none) # this only provides fmt_SOURCE_DIR: upstream's build would make a library of its own
FetchContent_Declare(
  json
  GIT_REPOSITORY https://github.com/nlohmann/json.git
  GIT_TAG v3.11.3
  GIT_SHALLOW TRUE
  SOURCE_SUBDIR none)
FetchContent_MakeAvailable(fmt json)

add_library(trilane_fmt INTERFACE)
target_include_directories(trilane_fmt SYSTEM INTERFACE ${fmt_SOURCE_DIR}/include)
add_library(trilane_json INTERFACE)
target_include_directories(trilane_json SYSTEM INTERFACE ${json_SOURCE_DIR}/include)
target_compile_definitions(trilane_json INTERFACE JSON_USE_IMPLICIT_CONVERSIONS=0)
