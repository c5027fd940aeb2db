// One libFuzzer program for each target (TRILANE_FUZZ_TARGET). With TRILANE_FUZZ_SEEDS=DIR it first writes its seeds
// there, for use as the corpus.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "fuzz/targets.hpp"

namespace {

const trilane::fuzz::Target& target() {
  for (const auto& one : trilane::fuzz::targets()) {
    if (one.name == TRILANE_FUZZ_TARGET) return one;
  }
  std::abort();
}

}  // namespace

// libFuzzer's two entry points.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("TRILANE_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const auto& seed : target().seeds()) {
    std::ofstream file(std::string(folder) + "/seed" + std::to_string(number++), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target().run(std::as_bytes(std::span(data, size)));
  return 0;
}
