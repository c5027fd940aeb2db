// Spans as instanced quads. One instance is 16 bytes (SpanQuad in shared/ui/timeline/quads.hpp); the corner comes
// from gl_VertexID: 0..3 of a triangle strip. No #version here: the host prepends it. Colours are made here, four times
// a span and not once a pixel: where the processor draws, that is what a frame costs.
layout(location = 0) in uvec4 a_box;    // x0, x1, y, height, in 1/8 logical pixels; x from 8 px left of the lanes
layout(location = 1) in uvec4 a_style;  // fill, model, flags, unused
layout(location = 2) in vec4 a_share;   // merged: parts of the width that went for work, wait, lock, other

uniform vec4 u_place;    // lanes' left and top; 2 / width and -2 / height of the screen: logical pixels
uniform float u_scale;   // device pixels per logical pixel
uniform vec4 u_full[8];  // by model: work
uniform vec4 u_dim[8];   // by model: waiting
uniform vec4 u_lock;     // waiting for a lock
uniform vec4 u_alarm;    // the event loop is blocked
uniform vec4 u_lane;     // an empty lane
uniform float u_faded;   // 0..1: how far what is not selected steps back

flat out vec4 v_color;
flat out vec4 v_other;  // of stripes and of an edge
flat out vec4 v_box;    // left, top, right, bottom in device pixels from the lanes' corner
flat out vec4 v_shape;  // 1: striped, 2: with an edge; its top; the corners' radius; 1: outlined
out vec2 v_at;          // this point, as v_box

// Fills, as timeline/quads.hpp numbers them.
const uint kWait = 1u, kLock = 2u, kCreate = 3u, kMessage = 4u, kSave = 5u, kLag = 6u;
const uint kMerged = 1u, kSelected = 2u;
const float kStriped = 1.0, kEdged = 2.0;

vec4 between(uint model) { return mix(u_dim[model], u_full[model], 0.5); }

vec4 merged(uint model) {
  float filled = dot(a_share, vec4(1.0));
  if (filled <= 0.0) return u_lane;
  vec4 color = (u_full[model] * a_share.x + u_dim[model] * a_share.y + u_lock * a_share.z + between(model) * a_share.w) / filled;
  // Even next to nothing must be seen: a sixth of the ink at least.
  return mix(u_lane, color, max(filled, 0.16));
}

vec4 single(uint fill, uint model) {
  if (fill == kWait || fill == kCreate) return u_dim[model];
  if (fill == kLock) return u_lock;
  if (fill == kMessage) return mix(u_dim[model], u_full[model], 0.4);
  if (fill == kSave) return between(model);
  return fill == kLag ? u_alarm : u_full[model];
}

void main() {
  bool is_merged = (a_style.z & kMerged) != 0u;
  bool selected = (a_style.z & kSelected) != 0u;
  uint fill = a_style.x;
  vec2 x = (vec2(a_box.xy) / 8.0 - 8.0) * u_scale;
  vec2 y = vec2(a_box.z, a_box.z + a_box.w) / 8.0 * u_scale;
  // Merged cells adjoin: their edges lie on whole pixels, so that none shines through between two of them.
  if (is_merged) x = floor(x + 0.5);
  x.y = max(x.y, x.x + 1.0);
  v_box = vec4(x.x, y.x, x.y, y.y);
  vec2 size = (v_box.zw - v_box.xy) / u_scale;

  v_color = is_merged ? merged(a_style.y) : single(fill, a_style.y);
  v_other = u_full[a_style.y];
  if (!selected) {
    v_color = mix(v_color, u_lane, u_faded);
    v_other = mix(v_other, u_lane, u_faded);
  }
  v_shape = vec4(0.0);
  if (!is_merged && fill == kCreate) v_shape.x = kStriped;
  if (!is_merged && fill == kSave && size.x > 3.0) {
    v_shape.x = kEdged;
    v_shape.y = v_box.w - max(size.y * 0.2, 2.0) * u_scale;
  }
  if (!is_merged && fill != kLag && size.x >= 6.0 && size.y >= 8.0) v_shape.z = 2.0 * u_scale;
  if (selected && min(size.x, size.y) >= 5.0) v_shape.w = 1.0;

  // A pixel more on both sides for the soft edge.
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  v_at = mix(v_box.xy - vec2(1.0, 0.0), v_box.zw + vec2(1.0, 0.0), corner);
  vec2 screen = u_place.xy + v_at / u_scale;
  gl_Position = vec4(screen * u_place.zw + vec2(-1.0, 1.0), 0.0, 1.0);
}
