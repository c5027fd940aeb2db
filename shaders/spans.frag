// A span's fill by its kind, or a cell's mixture by what its time went for. Colours are not premultiplied.
flat in uvec4 v_style;
flat in vec4 v_share;
flat in vec4 v_box;
in vec2 v_at;

uniform vec4 u_full[8];  // by model: work
uniform vec4 u_dim[8];   // by model: waiting
uniform vec4 u_lock;     // waiting for a lock
uniform vec4 u_alarm;    // the event loop is blocked
uniform vec4 u_lane;     // an empty lane
uniform vec4 u_text;
uniform float u_scale;
uniform float u_faded;  // 0..1: how far what is not selected steps back

out vec4 o_color;

// Fills, as timeline_quads.hpp numbers them.
const uint kWork = 0u, kWait = 1u, kLock = 2u, kCreate = 3u, kMessage = 4u, kSave = 5u, kLag = 6u;
const uint kMerged = 1u, kSelected = 2u;

vec4 other(uint model) { return mix(u_dim[model], u_full[model], 0.5); }

vec4 merged(uint model) {
  float filled = dot(v_share, vec4(1.0));
  if (filled <= 0.0) return u_lane;
  vec4 color = (u_full[model] * v_share.x + u_dim[model] * v_share.y + u_lock * v_share.z + other(model) * v_share.w) / filled;
  // Even next to nothing must be seen: a sixth of the ink at least.
  return mix(u_lane, color, max(filled, 0.16));
}

vec4 single(uint fill, uint model) {
  vec2 px = (v_at - v_box.xy) / u_scale;
  float height = (v_box.w - v_box.y) / u_scale;
  bool wide = v_box.z - v_box.x > 3.0 * u_scale;
  if (fill == kWait) return u_dim[model];
  if (fill == kLock) return u_lock;
  if (fill == kMessage) return mix(u_dim[model], u_full[model], 0.4);
  if (fill == kLag) return u_alarm;
  if (fill == kCreate) {
    // Stripes at 45 degrees, 6 px apart, with soft edges.
    float stripe = abs(fract((px.x + px.y) / 6.0) - 0.5) * 6.0;
    return mix(u_dim[model], u_full[model], 0.55 * clamp((1.4 - stripe) * u_scale + 0.5, 0.0, 1.0));
  }
  if (fill == kSave) {
    bool edge = wide && px.y > height - max(height * 0.2, 2.0);
    return edge ? u_full[model] : other(model);
  }
  return u_full[model];
}

// How much of this pixel lies inside of the box with rounded corners.
float inside(vec4 box, float radius) {
  vec2 half_size = (box.zw - box.xy) * 0.5;
  vec2 from_corner = abs(v_at - (box.xy + box.zw) * 0.5) - half_size + radius;
  float away = length(max(from_corner, 0.0)) + min(max(from_corner.x, from_corner.y), 0.0) - radius;
  return clamp(0.5 - away, 0.0, 1.0);
}

void main() {
  bool is_merged = (v_style.z & kMerged) != 0u;
  bool selected = (v_style.z & kSelected) != 0u;
  vec2 size = (v_box.zw - v_box.xy) / u_scale;
  bool round_corners = !is_merged && v_style.x != kLag && size.x >= 6.0 && size.y >= 8.0;
  vec4 color = is_merged ? merged(v_style.y) : single(v_style.x, v_style.y);
  if (!selected) color = mix(color, u_lane, u_faded);
  if (selected && min(size.x, size.y) >= 5.0 && inside(v_box + vec4(1.5, 1.5, -1.5, -1.5) * u_scale, 0.0) < 0.5) color = u_text;
  o_color = vec4(color.rgb, color.a * inside(v_box, round_corners ? 2.0 * u_scale : 0.0));
}
