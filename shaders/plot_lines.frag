// How near to its segment a pixel is; dashes by the length along the line. Colours are not premultiplied.
flat in vec4 v_color;
flat in vec4 v_ends;
flat in vec4 v_line;
in vec2 v_at;

uniform float u_scale;

out vec4 o_color;

void main() {
  vec2 way = v_ends.zw - v_ends.xy;
  vec2 here = v_at - v_ends.xy;
  float part = clamp(dot(here, way) / max(dot(way, way), 1e-6), 0.0, 1.0);
  float away = length(here - way * part);
  if (v_line.z > 0.0 && mod(v_line.w + part * length(way) / u_scale, v_line.z) > v_line.y) discard;
  o_color = vec4(v_color.rgb, v_color.a * clamp(v_line.x + 0.5 - away, 0.0, 1.0));
}
