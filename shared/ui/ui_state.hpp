// The front end's one state object, passed to every panel. Panels draw from it and change it; the session holds what is
// measured and chosen, this holds how it is looked at. UI thread.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ui/app.hpp"
#include "ui/explain.hpp"
#include "ui/gl/picture_renderer.hpp"
#include "ui/gl/plot_lines.hpp"
#include "ui/gl/span_renderer.hpp"
#include "ui/lab/lab_ui.hpp"
#include "ui/plot_cards.hpp"
#include "ui/session.hpp"
#include "ui/timeline/state.hpp"
#include "ui/timeline/story.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

/// Told to coroutines that may outlive the Ui.
struct Alive {
  std::shared_ptr<bool> flag = std::make_shared<bool>(true);
  Alive() = default;
  ~Alive() { *flag = false; }
  Alive(const Alive&) = delete;
  Alive& operator=(const Alive&) = delete;
};

/// What the timeline's drawing keeps from frame to frame.
struct TimelineCache {
  QuadBuilder quads;
  double prepared_ms = 0;        ///< What deciding what to draw took, in the last frame.
  std::vector<StorySpan> story;  ///< Of story_task.
  std::optional<std::uint32_t> story_task;
  int story_race = 0;
  std::size_t story_spans = 0;
  double story_s = 0;
  // The minimap, when it was made.
  std::vector<SpanQuad> map;
  std::size_t map_spans = 0;
  int map_race = 0;
  float map_width = 0;
  double map_end_ms = 0;
  double map_s = 0;
};

enum class Layout : std::uint8_t { narrow, medium, wide };
enum class Tab : std::uint8_t { lab, race, plots, why, setup };

struct Ui {
  Ui(coro::Scheduler& scheduler, HostServices host_services);

  coro::Scheduler& scheduler;
  HostServices services;
  Session session;
  Look look;
  float scale = 1;
  bool canvas = false;
  bool software_gl = false;  ///< The processor draws: fewer frames while something is measured.

  bool embedded = false;  ///< In a frame of another page: no language, theme or sharing, but a way to the whole page.
  bool still = false;     ///< The reader's system asks for less motion: nothing glides, nothing blinks.
  bool locked = false;    ///< Settings are shown and cannot be changed: a teacher's choice.
  Layout layout = Layout::wide;
  Tab tab = Tab::race;
  PlotsState plots;
  Alive alive;
  bool reporting = false;  ///< The lab report is being made (lab_export.hpp).
  LabUi lab;
  bool show_lab = true;  ///< Left: the experiments; else the free race's settings.
  bool help_open = false;
  bool show_why = false;  ///< Medium layout: the explanation stands over the plots.
  TimelineState timeline;
  TimelineCache timeline_cache;
  gl::SpanRenderer span_renderer;
  gl::SpanRenderer map_renderer;
  gl::PlotLines plot_lines;
  nlohmann::json next_view;  ///< To be applied to the timeline of the next race; null: none.
  int compared = 0;          ///< The pin whose comparison is open; 0: none.
  int renamed = 0;           ///< The pin whose name is being typed; 0: none.
  bool rename_begins = false;
  char new_name[kMostPinNameBytes + 1] = "";
  int race_shown = 0;  ///< Session::race_number() that `timeline` belongs to.
  gl::PictureRenderer picture;
  std::uint64_t picture_version = 0;
  int picture_run = -1;

  std::string toast;
  double toast_until = 0;
  double now_s = 0;

  bool redraw = true;  ///< The session changed since the last frame.
  double last_input_s = 0;
  int settle = 3;  ///< Frames still to draw after input: ImGui needs a few to come to rest.

  const Palette& colors() const { return *look.colors; }
  const Words& words() const { return look.words; }
  ImU32 color_of(Racer racer) const { return look.colors->model[index_of(racer)]; }
  std::string name_of(Racer racer) const { return look.words(racer_text(racer)); }
  /// The model's name, or a foreign trace's; with the letter of its pin.
  std::string name_of(const RunView& run) const;
  /// A span's kind, or its name in a foreign trace.
  std::string name_of(const RunView& run, const Span& span) const;
  /// A pin's own colour, beside its runs' hues.
  ImU32 pin_color(int mark) const;
  void say(std::string text);
  /// The timeline starts anew with each race, as next_view says. Does nothing within a race.
  void begin_race();
  /// The GL context is gone: all objects in it are made anew when they are drawn.
  void forget_gpu();

  // What buttons and keys do.
  void run();
  void sweep();
  void stop() { session.stop(); }
  void set_language(Lang lang);
  void set_dark(bool dark);
  /// Pins what is finished, and says so.
  void pin();
  /// Asks the host for a file; says what to do where it has no dialog.
  void open_file();
  /// A file's text: its results or trace become a pin, or why not is said and returned. `name`: the file's, may be
  /// empty. The pin's id.
  Result<int> open_text(const std::string& text, std::string_view name);
  /// Measures here what the pin measured.
  Status run_pin(int id);
  void copy(const std::string& text);
  void save(const std::string& name, const std::string& mime, const std::string& data);
};

// The panels: each draws inside its rectangle.
void top_bar(Ui& ui, const Rect& rect);
void status_bar(Ui& ui, const Rect& rect);
void settings_panel(Ui& ui, const Rect& rect);
/// Its numbers, choices and switches alone, at the cursor.
void settings_numbers(Ui& ui, float width);
void race_panel(Ui& ui, const Rect& rect);
void picture_card(Ui& ui, const Rect& rect);
void counter_card(Ui& ui, const Rect& rect);
/// The explanation's content at the cursor, `width` wide.
void why_content(Ui& ui, float width);
void why_panel(Ui& ui, const Rect& rect);
/// Pins and their comparison, at the cursor; a line and two buttons where there are none.
void pins_section(Ui& ui, float width);
void help_overlay(Ui& ui, const Rect& screen);
/// Is there a picture, or a counter, to show?
bool has_picture(const Ui& ui);
bool has_counter(const Ui& ui);

}  // namespace trilane::ui
