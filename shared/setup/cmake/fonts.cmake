# trilane_embed_file(TARGET SYMBOL FILE): FILE as a byte array in TARGET, made at build time. In C++:
#   #include "embedded/SYMBOL.hpp"    ->    std::span<const unsigned char> trilane::embedded::SYMBOL
# trilane_embed_fonts(TARGET): the interface's fonts, as font_sans and font_sans_semibold.
# trilane_embed_shaders(TARGET): shaders/NAME.vert and NAME.frag, as NAME_vert and NAME_frag.
include_guard(GLOBAL)

set(TRILANE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_file.cmake)

function(trilane_embed_file target symbol file)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded)
  set(header ${dir}/embedded/${symbol}.hpp)
  set(source ${dir}/embedded/${symbol}.cpp)
  add_custom_command(
    OUTPUT ${source} ${header}
    COMMAND ${CMAKE_COMMAND} -D INPUT=${file} -D SYMBOL=${symbol} -D SOURCE=${source} -D HEADER=${header} -P
            ${TRILANE_EMBED_SCRIPT}
    DEPENDS ${file} ${TRILANE_EMBED_SCRIPT}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE ${source} ${header})
  target_include_directories(${target} PUBLIC ${dir})
endfunction()

function(trilane_embed_fonts target)
  if(NOT EXISTS "${TRILANE_FONT_DIR}/trilane-sans.ttf")
    message(FATAL_ERROR "The fonts are not there (TRILANE_FONT_DIR is '${TRILANE_FONT_DIR}'). "
                        "Run ./native/run or ./web/run once; they make the fonts and write build/deps.cmake.")
  endif()
  trilane_embed_file(${target} font_sans ${TRILANE_FONT_DIR}/trilane-sans.ttf)
  trilane_embed_file(${target} font_sans_semibold ${TRILANE_FONT_DIR}/trilane-sans-semibold.ttf)
endfunction()

function(trilane_embed_shaders target)
  file(GLOB shaders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/shaders/*.vert ${CMAKE_SOURCE_DIR}/shaders/*.frag)
  foreach(shader IN LISTS shaders)
    get_filename_component(file_name ${shader} NAME)
    string(REPLACE "." "_" symbol ${file_name})
    trilane_embed_file(${target} ${symbol} ${shader})
  endforeach()
endfunction()
