// The browser's half of event_loop.cpp (an Emscripten library file: these functions are called from C++).
addToLibrary({
  // Each loop of this instance: a channel on which it sends messages to itself, and its timer (0: none is set).
  $trilaneLoops: "new Map()",

  trilane_js_loop_create__deps: ["$trilaneLoops"],
  trilane_js_loop_create: (loop) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => _trilane_loop_turn(loop);
    trilaneLoops.set(loop, {channel, timer: 0});
  },

  trilane_js_loop_destroy__deps: ["$trilaneLoops"],
  trilane_js_loop_destroy: (loop) => {
    const {channel, timer} = trilaneLoops.get(loop);
    clearTimeout(timer);
    channel.port1.onmessage = null;
    channel.port1.close();
    trilaneLoops.delete(loop);
  },

  trilane_js_loop_soon__deps: ["$trilaneLoops"],
  trilane_js_loop_soon: (loop) => {
    // Not there: destroyed while the request of another thread was on its way.
    trilaneLoops.get(loop)?.channel.port2.postMessage(0);
  },

  // `moved` is 0 when the same instant was asked for before: a timer that still waits for it stays.
  trilane_js_loop_later__deps: ["$trilaneLoops"],
  trilane_js_loop_later: (loop, delay_ms, moved) => {
    const state = trilaneLoops.get(loop);
    if (!moved && state.timer) return;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      state.timer = 0;
      state.channel.port2.postMessage(0);
    }, delay_ms);
  },

  trilane_js_loop_no_timer__deps: ["$trilaneLoops"],
  trilane_js_loop_no_timer: (loop) => {
    const state = trilaneLoops.get(loop);
    clearTimeout(state.timer);
    state.timer = 0;
  },
});
