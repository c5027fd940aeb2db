// One quad over the picture's place.
uniform vec4 u_place;  // left, top, right, bottom in clip coordinates
out vec2 v_uv;

void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  v_uv = corner;
  gl_Position = vec4(mix(u_place.xy, u_place.zw, corner), 0.0, 1.0);
}
