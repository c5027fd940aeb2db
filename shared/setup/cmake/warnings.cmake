# trilane_warnings(target): strict warnings for our own code, as errors where TRILANE_WERROR is on. Libraries are SYSTEM
# includes and stay silent.

function(trilane_warnings target)
  set(flags
      -Wall
      -Wextra
      -Wpedantic
      -Wshadow
      -Wnon-virtual-dtor
      -Woverloaded-virtual
      -Wcast-align
      -Wcast-qual
      -Wextra-semi
      -Wformat=2
      -Wimplicit-fallthrough
      -Wredundant-decls
      -Wvla)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND flags -Wduplicated-cond -Wlogical-op)
    # GCC 12 is wrong about these once std::string, std::variant and coroutines are inlined.
    list(APPEND flags -Wno-restrict -Wno-maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow
         -Wno-error=stringop-overread -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
  else()
    list(APPEND flags -Wthread-safety -Wloop-analysis -Wunreachable-code -Wdeprecated-copy-dtor)
  endif()
  if(EMSCRIPTEN)
    # EM_ASM's $0, $1 and its variadic macro.
    list(APPEND flags -Wno-dollar-in-identifier-extension -Wno-gnu-zero-variadic-macro-arguments)
  endif()
  if(TRILANE_WERROR)
    list(APPEND flags -Werror)
  endif()
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${flags}>)
endfunction()
