// The front end as the hosts see it: made before there is a canvas, drawn when there is one. native/window.cpp and
// web/front.cpp own one App each, feed it frames, and give it a few services. Everything on the UI thread.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/zip.hpp"
#include "coro/scheduler.hpp"

namespace trilane::ui {

/// What the host does for the front end. Every function may be empty: the app then does without.
struct HostServices {
  std::function<void(const std::string& json)> save_settings;  ///< Remembers; failing is silent.
  std::function<std::string()> load_settings;                  ///< Empty when there are none.
  /// To the clipboard. False: it is told later whether that worked, by {"do":"copied"}.
  std::function<bool(const std::string& text)> copy_text;
  /// Returns where the file is now (empty where the host does not know), or why it could not be saved.
  std::function<Result<std::string>(const std::string& name, const std::string& mime, const Bytes& data)> save_file;
  /// Several files that belong together, as a folder of this name. Empty where there are no folders: then they are
  /// saved as one archive. Returns and fails as save_file does.
  std::function<Result<std::string>(const std::string& name, std::span<const NamedFile> files)> save_folder;
  std::function<bool(const Bytes& png)> copy_picture;  ///< The same.
  std::function<std::string()> today;                  ///< The local date, "2026-11-23"; empty: unknown.
  std::function<void(const std::string& url)> open_url;
  std::function<void()> request_frame;                    ///< Something changed: draw soon.
  std::function<void(const nlohmann::json& event)> emit;  ///< Events for the JS API and the DOM mirror.
  std::string isolation_reason;  ///< Page: why it is (not) isolated, a text key of the catalogue; native: empty.
  std::string page_url;          ///< Page: its address without query and fragment; links to share begin with it.
  bool is_page = false;
  bool prefers_dark = true;
  std::string preferred_language = "en";
};

class App {
 public:
  App(coro::Scheduler& scheduler, HostServices services);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Starts the engine.
  void start();

  /// The one JSON door for the JS API, the DOM mirror, URL parameters and tests. `{"do": …}`:
  ///   {"do":"submit","kind":"run"|"sweep","config":{…}}  -> {"job": N}; later emit {"event":"done"|"failed","job":N,…}
  ///   {"do":"race"}            Run, as the button does, with the current settings
  ///   {"do":"sweep"}           the sweep button
  ///   {"do":"lab","id":"gil"|null,"settings":{…},"run":true}  opens an experiment (null: the free race); the last two
  ///                            may be left out; without an id: the state's "lab". "race" runs what is open.
  ///   {"do":"predict","answer":…}  its question's answer: an option's id, a list of ids, a number, [[x, y]…]; null
  ///                            takes it back, "skip":true puts it aside
  ///   {"do":"viewer","action":"next"}  a step in the open experiment's viewer; or "step":n (viewers/viewer.hpp)
  ///   {"do":"demo"}            a race by itself, for a first visit: whatever else is asked for stops it
  ///   {"do":"stop"}
  ///   {"do":"set","settings":{…}}  any subset of the settings; out-of-range numbers are clamped, and said so:
  ///                            -> {"clamped":[{"field","value","used"}…], "unknown":[…]}
  ///   {"do":"state"}           -> {"settings":{…},"engine":{…},"runs":[…],"progress":…,"lab":{…},"texts":…}
  ///   {"do":"texts","lang":"ru"}   -> the text catalogue as {key: text}
  ///   {"do":"hidden","hidden":true}  the page is hidden (or seen again): runs that were hidden become "valid": false
  ///   {"do":"renderer","name":"…"}  who draws, as OpenGL tells: software renderers get fewer frames during a run
  ///   {"do":"embed","embedded":true,"lock":true}  either may be missing. Embedded: a bar for a small frame. Locked:
  ///                            settings are shown and refused ("set" takes lang and theme only), by canvas and mirror
  ///   {"do":"motion","reduced":true}  the reader's system asks for less motion: nothing glides, nothing blinks
  ///   {"do":"share"}           -> {"query":"?workload=…","view":"view=1,9&task=7" or "","results":trilane.race/1 or
  ///   null}
  ///   {"do":"view","timeline":{"begin_ms","end_ms","follow","task","range":[a,b]}}  any subset: where the race is
  ///   looked
  ///                            at; before the first race it is kept for it
  ///   {"do":"view","link":{"view":"1,9","task":"7","range":"2,3"}}  the same as a link has it -> also
  ///                            {"corrected":[{"field","value","used"}…]}: what was out of range
  ///   {"do":"timeline"}        (and any subset of the same) -> the same, with the task's "story", the range's
  ///                            "statistics" and what the last "frame" cost; "synthetic":{"lanes","spans","seed"} shows
  ///                            made-up spans, for tests
  ///   {"do":"pin","name":"…","racer":"…"}  pins what is finished (of one racer) -> {"id"}; both may be left out
  ///   {"do":"pins"}            ->
  ///   {"pins":[{"id","name","mark","shown","imported","host","runs","sweeps","comparison"}]}
  ///   {"do":"change_pin","id":N,"name","shown","mark"}   any of them
  ///   {"do":"unpin","id":N}    {"do":"run_pin","id":N}: measures here what it measured -> {"jobs"}
  ///   {"do":"import","text":"…","name":"…"}  a result file or a Chrome trace, as a pin -> {"id","pin"}
  ///                            With "reading":true instead of the text: says that it is being read. With "problem":
  ///                            says why the host could not
  ///   {"do":"open"}            asks the host for a file: emits {"event":"dialog","name":"open"}
  ///   {"do":"plots"}           -> {"plots":[{"id","group","title","shown"}…],"copies_pictures"}: the race's plots, and
  ///   the
  ///                            open experiment's figures, whose ids are "EXPERIMENT/FIGURE"
  ///   {"do":"plot","id":"speedup"}  any of: "show":true (in its card), "save":"png"|"csv", "copy":"png"|"csv",
  ///                            "data":true -> {"id","empty"}, with "data" also "figure" and "csv"
  ///   {"do":"report"}          saves the lab report: -> {"experiments": N}, and later emit {"event":"report"} or, when
  ///                            it could not be saved, {"event":"report","error":"…"}
  ///   {"do":"copied","error":"…"}  from the host, after copy_text or copy_picture: it has copied; with an error, why
  ///   not
  ///   {"do":"undo"}            takes back the last change of settings
  /// Answers {"error":{"message","field"}} when it cannot. What the window tells in passing ("Saved …") is emitted too:
  /// {"event":"said","text":"…"}.
  nlohmann::json command(const nlohmann::json& request);

  /// Call once, with a current GL 3 / ES 3 context and an ImGui context whose backends the host has initialised.
  /// `scale`: device pixels per logical pixel. Loads fonts and shaders.
  void attach_canvas(float scale);
  /// OpenGL's name of who draws. While something is measured a software renderer gets fewer frames: it would take its
  /// time from the cores that are being measured.
  void set_renderer(const std::string& name);
  /// The GL context was lost / is new: forget GPU objects, make them again.
  void canvas_lost();
  void canvas_restored();
  void set_scale(float scale);

  /// Two fingers moved: the next frame zooms the race or the plot under this point (logical pixels) by `factor` (> 1:
  /// closer). Hosts that get no such gestures never call it.
  void pinch(float x, float y, float factor);

  /// Seconds until the next frame is wanted: 0 now, infinity when nothing changes by itself.
  double next_frame_in() const;
  /// Between ImGui::NewFrame and ImGui::Render: draws the whole window. Size in logical pixels is ImGui's DisplaySize.
  /// The host clears the screen with ImGuiCol_WindowBg before it renders: the window has no background of its own.
  void frame();

  /// Does Esc mean something in the window now: a field, a menu, a selection to close, a run to stop?
  bool wants_escape() const;
  bool dark() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trilane::ui
