// What is fuzzed: everything that reads bytes from another address space or text from a stranger. Each target takes any
// bytes and must neither crash, hang nor read out of bounds; what it can check about an accepted input, it checks.
// Run two ways: by libFuzzer (libfuzzer/entry.cpp), and on its seeds in the unit suite (seeds_test.cpp).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace trilane::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::span<const std::byte> input);
  std::vector<Bytes> (*seeds)();
};

std::span<const Target> targets();

void run_frames(std::span<const std::byte> input);
void run_payloads(std::span<const std::byte> input);
void run_config(std::span<const std::byte> input);
void run_lab_target(std::span<const std::byte> input);
void run_http_request(std::span<const std::byte> input);
void run_import(std::span<const std::byte> input);
void run_trace_file(std::span<const std::byte> input);
void run_judge(std::span<const std::byte> input);
std::vector<Bytes> frame_seeds();
std::vector<Bytes> payload_seeds();
std::vector<Bytes> config_seeds();
std::vector<Bytes> lab_target_seeds();
std::vector<Bytes> http_request_seeds();
std::vector<Bytes> import_seeds();
std::vector<Bytes> trace_file_seeds();
std::vector<Bytes> judge_seeds();

}  // namespace trilane::fuzz
