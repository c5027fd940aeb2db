// A picture on the GPU, for ImGui's draw lists. GL context current; UI thread.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <span>

namespace trilane::ui {

class Texture {
 public:
  Texture() = default;
  /// Nothing to do: the texture goes with its context, which may be gone already.
  ~Texture() = default;
  Texture(const Texture&) = delete;
  Texture& operator=(const Texture&) = delete;

  /// Uploads `side`² RGBA pixels.
  void upload(std::uint32_t side, std::span<const std::uint32_t> pixels);
  /// The context is gone, and the texture with it.
  void forget() { id_ = 0; }
  ImTextureID id() const { return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(id_)); }
  explicit operator bool() const { return id_ != 0; }

 private:
  unsigned id_ = 0;
};

}  // namespace trilane::ui
