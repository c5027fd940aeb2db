// Spans as instanced quads. One instance is 16 bytes (SpanQuad in shared/ui/timeline/quads.hpp); the corner comes
// from gl_VertexID: 0..3 of a triangle strip. No #version here: the host prepends it.
layout(location = 0) in uvec4 a_box;    // x0, x1, y, height, in 1/8 logical pixels; x from 8 px left of the lanes
layout(location = 1) in uvec4 a_style;  // fill, model, flags, unused
layout(location = 2) in vec4 a_share;   // merged: parts of the width that went for work, wait, lock, other

uniform vec4 u_place;   // lanes' left and top; 2 / width and -2 / height of the screen: logical pixels
uniform float u_scale;  // device pixels per logical pixel

flat out uvec4 v_style;
flat out vec4 v_share;
flat out vec4 v_box;  // left, top, right, bottom in device pixels from the lanes' corner
out vec2 v_at;        // the same for this point

void main() {
  vec2 x = (vec2(a_box.xy) / 8.0 - 8.0) * u_scale;
  vec2 y = vec2(a_box.z, a_box.z + a_box.w) / 8.0 * u_scale;
  // Merged cells adjoin: their edges lie on whole pixels, so that none shines through between two of them.
  if ((a_style.z & 1u) != 0u) x = floor(x + 0.5);
  x.y = max(x.y, x.x + 1.0);
  v_box = vec4(x.x, y.x, x.y, y.y);
  v_style = a_style;
  v_share = a_share;
  // A pixel more on both sides for the soft edge.
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  v_at = mix(v_box.xy - vec2(1.0, 0.0), v_box.zw + vec2(1.0, 0.0), corner);
  vec2 screen = u_place.xy + v_at / u_scale;
  gl_Position = vec4(screen * u_place.zw + vec2(-1.0, 1.0), 0.0, 1.0);
}
