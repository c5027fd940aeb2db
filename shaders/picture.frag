// Iteration counts through a palette: how bright by the fourth root of the count, because most counts are small; the set
// itself dark. Tinted by worker: hues far from each other, a golden angle apart.
uniform sampler2D u_counts;  // red: the count / 255; green: the worker + 1, 0 where nobody has been yet
uniform vec4 u_blank;
uniform float u_tinted;
uniform float u_side;   // the texture's, in its pixels
uniform vec2 u_size;    // on the screen, in device pixels
in vec2 v_uv;
out vec4 o_color;

vec3 hue(float h) { return clamp(abs(fract(h + vec3(0.0, 2.0, 1.0) / 3.0) * 6.0 - 3.0) - 1.0, 0.0, 1.0); }

vec4 shade(vec2 texel) {
  vec4 both = texelFetch(u_counts, ivec2(clamp(texel, vec2(0.0), vec2(u_side - 1.0))), 0);
  float worker = floor(both.g * 255.0 + 0.5);
  if (worker == 0.0) return u_blank;
  float light = both.r > 0.998 ? 14.0 / 255.0 : (30.0 + 225.0 * sqrt(sqrt(both.r * 255.0 / 254.0))) / 255.0;
  vec3 tint = mix(vec3(1.0), hue(fract((worker - 1.0) * 0.381966 + 0.58)), 0.55 * u_tinted);
  return vec4(light * tint, 1.0);
}

void main() {
  // Counts must not be blended with each other, colours may be: so the four neighbours' colours, by hand.
  vec2 at = v_uv * u_side - 0.5;
  vec2 low = floor(at);
  vec2 part = at - low;
  vec4 color = mix(mix(shade(low), shade(low + vec2(1.0, 0.0)), part.x),
                   mix(shade(low + vec2(0.0, 1.0)), shade(low + vec2(1.0, 1.0)), part.x), part.y);
  vec2 from_corner = abs(v_uv - 0.5) * u_size - (u_size * 0.5 - 4.0);
  float outside = length(max(from_corner, 0.0)) - 4.0;
  o_color = vec4(color.rgb, color.a * clamp(0.5 - outside, 0.0, 1.0));
}
