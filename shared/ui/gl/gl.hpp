// OpenGL 3.3 core on the desktop, WebGL 2 on the page: the functions that both have, by name. The library that is
// linked has them all (trilane_gl), so nothing is loaded by hand.
#pragma once

#ifndef GL_GLEXT_PROTOTYPES
#define GL_GLEXT_PROTOTYPES
#endif
#include <GL/gl.h>
#include <GL/glext.h>
