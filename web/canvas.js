// The canvas on the page: its size, when it is drawn, and what it takes of the page's input. Frames are drawn when
// something has changed; an idle page asks for none.

/** @typedef {{width: number, height: number, pixelWidth: number, pixelHeight: number}} CanvasSize CSS and screen pixels. */

/** As in front_canvas.cpp: ImGui needs none of these, and each costs memory and time. */
const CONTEXT = {alpha: false, depth: false, stencil: false, antialias: false};
/** ImGui comes to rest a few frames after the last input. */
const FRAMES_AFTER_INPUT = 3;
/** Wanted sooner than this: the browser's next frame, whatever its rate. */
const NEXT_FRAME_S = 0.018;
/** Scrolled out of sight in another page for as long: it may be scrolled back at once. */
const SLEEP_AFTER_MS = 5000;
const INPUTS = ["pointerdown", "pointermove", "pointerup", "pointerleave", "wheel", "keydown", "keyup", "focus", "blur",
                "touchstart", "touchmove", "touchend", "touchcancel"];

export class CanvasView {
  /**
   * @param {import("./front_link.js").Front} front
   * @param {boolean} embedded In a frame the wheel belongs to the host page until the canvas was clicked.
   */
  constructor(front, embedded) {
    this.front = front;
    this.canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("canvas"));
    this.embedded = embedded;
    this.attached = false;
    this.lost = false;
    this.engaged = false;
    this.settle = 0;
    this.frameAsked = false;
    this.timer = 0;
    this.drawnAt = 0;
    /** @type {CanvasSize} */
    this.size = {width: 0, height: 0, pixelWidth: 0, pixelHeight: 0};
  }

  /** Returns why there is no canvas, or an empty string. @returns {string} */
  attach() {
    // The context that front_canvas.cpp will be given: the first to ask decides on its attributes.
    const context = this.canvas.getContext("webgl2", CONTEXT);
    if (!context) return "this browser gives no WebGL 2";
    this.canvas.hidden = false;
    const box = this.canvas.getBoundingClientRect();
    this.size = sizeOf(box.width, box.height, 0, 0);
    this.guardInput();  // before SDL's own listeners
    const title = document.title;
    const problem = this.front.attach(this.size);
    document.title = title;  // SDL has set its window's
    if (problem) {
      this.canvas.hidden = true;
      return problem;
    }
    this.attached = true;
    this.tellRenderer();
    this.setBuffer();
    this.follow();
    if (this.embedded) this.sleepUnseen();
    this.requestFrame();
    return "";
  }

  /** Software renderers take their time from the cores that are being measured: the front end draws less with them. */
  tellRenderer() {
    const gl = this.canvas.getContext("webgl2");
    const info = gl?.getExtension("WEBGL_debug_renderer_info");
    const name = gl && gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
    this.front.command({do: "renderer", name: String(name || "")});
  }

  /** The front end has something new to show: as soon as it wants the next frame. */
  frameWanted() {
    if (!this.attached || this.lost || this.frameAsked) return;
    const wait = this.drawnAt + this.front.module._trilane_front_next_frame() * 1000 - performance.now();
    if (wait === Infinity) return;
    clearTimeout(this.timer);
    if (wait > NEXT_FRAME_S * 1000) {
      this.timer = window.setTimeout(() => this.requestFrame(), wait);
    } else {
      this.requestFrame();
    }
  }

  /** Draw with the browser's next frame. */
  requestFrame() {
    if (!this.attached || this.lost || this.frameAsked) return;
    this.frameAsked = true;
    requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frameAsked = false;
    clearTimeout(this.timer);
    if (this.lost || this.size.width === 0 || this.size.height === 0) return;  // shown or restored later
    this.drawnAt = performance.now();
    const next = this.front.module._trilane_front_frame();
    if (this.settle > 0) --this.settle;
    if (this.settle > 0 || next < NEXT_FRAME_S) {
      this.requestFrame();
    } else if (Number.isFinite(next)) {
      this.timer = window.setTimeout(() => this.requestFrame(), next * 1000);
    }
  }

  inputCame() {
    this.settle = FRAMES_AFTER_INPUT;
    this.requestFrame();
  }

  setBuffer() {
    this.canvas.width = this.size.pixelWidth;
    this.canvas.height = this.size.pixelHeight;
    this.canvas.style.width = this.canvas.style.height = "";  // the style sheet's, not SDL's
  }

  /** @param {boolean} on */
  engage(on) {
    this.engaged = on;
    this.canvas.toggleAttribute("data-engaged", on);
  }

  /** In another page, out of sight: gives the graphics memory back after a while. Browsers have few contexts for a page. */
  sleepUnseen() {
    /** @type {WEBGL_lose_context | null | undefined} */
    let asleep = null;
    let timer = 0;
    new IntersectionObserver((entries) => {
      const seen = entries[entries.length - 1].isIntersecting;
      clearTimeout(timer);
      if (seen) {
        asleep?.restoreContext();
        asleep = null;
      } else {
        timer = window.setTimeout(() => {
          if (this.lost) return;
          asleep = this.canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context");
          asleep?.loseContext();
        }, SLEEP_AFTER_MS);
      }
    }).observe(this.canvas);
  }

  /** @param {CanvasSize} size */
  resize(size) {
    const old = this.size;
    this.size = size;
    if (size.width === 0 || size.height === 0) return;  // hidden: nothing to draw on
    const same = old.width === size.width && old.height === size.height && old.pixelWidth === size.pixelWidth &&
                 old.pixelHeight === size.pixelHeight;
    if (same) return;
    this.front.module._trilane_front_resize(size.width, size.height, size.pixelWidth, size.pixelHeight);
    this.setBuffer();
    // Drawn at once: setting the buffer's size has emptied it, and the browser shows it after this callback.
    this.settle = FRAMES_AFTER_INPUT;
    if (!this.lost) this.draw();
  }

  follow() {
    const observer = new ResizeObserver((entries) => {
      const entry = entries[entries.length - 1];
      const pixels = entry.devicePixelContentBoxSize?.[0];
      this.resize(sizeOf(entry.contentRect.width, entry.contentRect.height, pixels?.inlineSize || 0, pixels?.blockSize || 0));
    });
    try {
      observer.observe(this.canvas, {box: "device-pixel-content-box"});
    } catch {  // Safari: no such box; then the ratio is computed
      observer.observe(this.canvas);
    }
    // Not every browser tells a change of the ratio alone by that box. Where it does, it does so after this.
    this.watchPixelRatio();
    for (const type of INPUTS) this.canvas.addEventListener(type, () => this.inputCame(), {passive: true});
    window.addEventListener("pointerup", () => this.inputCame());
    document.addEventListener("visibilitychange", () => this.requestFrame());
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();  // or it is never restored
      this.lost = true;
      this.front.module._trilane_front_canvas_lost();
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.lost = false;
      this.front.module._trilane_front_canvas_restored();
      this.inputCame();
    });
  }

  watchPixelRatio() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      const box = this.canvas.getBoundingClientRect();
      this.resize(sizeOf(box.width, box.height, 0, 0));
      this.watchPixelRatio();
    }, {once: true});
  }

  /** SDL takes every key and every turn of the wheel. The page keeps what its reader needs to get away again. */
  guardInput() {
    const canvas = this.canvas;
    // Capturing on window: asked before SDL's listeners on the canvas.
    window.addEventListener("keydown", (event) => {
      if (event.target !== canvas) return;
      const leaves = event.key === "Tab" || (event.key === "F6") || (event.altKey && event.key !== "Alt");
      const browsers = (event.ctrlKey || event.metaKey) && /^[rtnwlfp+\-=0]$/i.test(event.key);
      if (leaves || browsers || event.key === "F5" || event.key === "F11" || event.key === "F12") {
        event.stopImmediatePropagation();
      } else if (event.key === "Escape" && !this.front.module._trilane_front_wants_escape()) {
        canvas.blur();
        event.stopImmediatePropagation();  // SDL would take it for a key that is never let go: its release goes elsewhere
      }
    }, true);
    // In another page the wheel and a finger's drag scroll that page, until the canvas is clicked or tapped. Ctrl and the
    // wheel zoom: the page where this is the page, the canvas in a frame.
    window.addEventListener("wheel", (event) => {
      const ours = this.embedded ? this.engaged || event.ctrlKey : !event.ctrlKey;
      if (event.target === canvas && !ours) event.stopImmediatePropagation();
    }, {capture: true, passive: true});
    for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
      // A tap still comes through, as the mouse click that browsers make of it.
      window.addEventListener(type, (event) => {
        if (event.target === canvas && this.embedded && !this.engaged) event.stopImmediatePropagation();
      }, {capture: true, passive: true});
    }
    const engage = () => {
      this.engage(true);
      canvas.focus({preventScroll: true});
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.embedded || event.pointerType === "mouse") engage();
    });
    canvas.addEventListener("click", engage);
    canvas.addEventListener("blur", () => this.engage(false));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }
}

/**
 * @param {number} width @param {number} height
 * @param {number} pixelWidth @param {number} pixelHeight 0 where the browser does not tell
 * @returns {CanvasSize}
 */
function sizeOf(width, height, pixelWidth, pixelHeight) {
  const ratio = Math.min(Math.max(window.devicePixelRatio || 1, 0.5), 8);
  // The browser's own count is right to the pixel where the ratio is a fraction. Where it is another size altogether (an
  // emulated device, a zoomed frame) the ratio is what the browser draws with.
  const exact = (/** @type {number} */ pixels, /** @type {number} */ css) =>
    Math.abs(pixels - css * ratio) <= 2 ? pixels : Math.round(css * ratio);
  return {
    width: Math.round(width),
    height: Math.round(height),
    pixelWidth: exact(pixelWidth, width),
    pixelHeight: exact(pixelHeight, height),
  };
}
