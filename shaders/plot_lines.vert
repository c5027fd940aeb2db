// A plot's long lines: one instance is a segment between two neighbours in a buffer of points (PlotPoint in
// shared/ui/gl/plot_lines.hpp), read at two offsets; the corner comes from gl_VertexID. No #version: the host prepends it.
layout(location = 0) in vec3 a_from;   // x, y in logical pixels; the line's length up to here
layout(location = 1) in vec4 a_color;
layout(location = 2) in uvec4 a_style;  // width in 1/16 px; dash and its period in px (0: solid); 1: a line ends here
layout(location = 3) in vec3 a_to;

uniform vec2 u_screen;  // 2 / width and -2 / height, logical pixels
uniform float u_scale;  // device pixels per logical pixel

flat out vec4 v_color;
flat out vec4 v_ends;  // device pixels
flat out vec4 v_line;  // half a width in device pixels; dash, period, length at the beginning
out vec2 v_at;

void main() {
  vec2 from = a_from.xy * u_scale;
  vec2 to = a_to.xy * u_scale;
  vec2 way = to - from;
  float size = length(way);
  vec2 along = size > 0.0 ? way / size : vec2(1.0, 0.0);
  float half_width = float(a_style.x) / 32.0 * u_scale;
  v_color = a_color;
  v_ends = vec4(from, to);
  v_line = vec4(half_width, float(a_style.y), float(a_style.z), a_from.z);
  // A pixel more on all sides for the soft edge; caps are round, so that segments join.
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  float reach = half_width + 1.0;
  v_at = mix(from, to, corner.x * 0.5 + 0.5) + (along * corner.x + vec2(-along.y, along.x) * corner.y) * reach;
  gl_Position = a_style.w == 0u ? vec4(v_at / u_scale * u_screen + vec2(-1.0, 1.0), 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
