// A span's colour with its soft edges, stripes and outline. Colours are not premultiplied.
flat in vec4 v_color;
flat in vec4 v_other;
flat in vec4 v_box;
flat in vec4 v_shape;
in vec2 v_at;

uniform vec4 u_text;
uniform float u_scale;

out vec4 o_color;

void main() {
  vec4 color = v_color;
  vec2 from_corner = v_at - v_box.xy;
  if (v_shape.x == 1.0) {
    // Stripes at 45 degrees, 6 px apart, with soft edges.
    vec2 px = from_corner / u_scale;
    float stripe = abs(fract((px.x + px.y) / 6.0) - 0.5) * 6.0;
    color = mix(color, v_other, 0.55 * clamp((1.4 - stripe) * u_scale + 0.5, 0.0, 1.0));
  } else if (v_shape.x == 2.0 && v_at.y > v_shape.y) {
    color = v_other;
  }
  // How far inside of the nearest edges.
  vec2 within = min(from_corner, v_box.zw - v_at);
  if (v_shape.w > 0.0 && min(within.x, within.y) < 1.5 * u_scale) color = u_text;
  float cover = min(within.x, within.y);
  float radius = v_shape.z;
  if (radius > 0.0 && max(within.x, within.y) < radius) cover = radius - length(radius - within);
  o_color = vec4(color.rgb, color.a * clamp(cover + 0.5, 0.0, 1.0));
}
