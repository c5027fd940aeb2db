// The lab's part of the UI state, and its panels. What is known of the experiments is in the session's LabBook; here is
// how it is looked at: drafts of predictions. UI thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "experiments/saved_entry.hpp"
#include "ui/lab/predict.hpp"
#include "ui/viewers/viewer.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

struct Ui;
enum class LabMark : std::uint8_t;
struct LabEntry;
struct LabRecord;

struct LabUi {
  std::string entry;           ///< The experiment that all below belongs to.
  nlohmann::json draft;        ///< choice, rank, number: the answer being made; null: none yet.
  CurveDraft curve;            ///< curve: the same.
  ImVec2 pen{0, 0.5F};         ///< curve: where the arrow keys are, 0..1 across and up.
  int dragged = -1;            ///< rank: the row under the pointer's button.
  bool scroll_to_open = true;  ///< The list brings the open experiment into view.
  ViewerUi viewer;
};

/// Left: the list of experiments with the open one's options, or the free race's settings; a switch on top.
void left_panel(Ui& ui, const Rect& rect);
/// The list alone, at the cursor.
void lab_list(Ui& ui, float width);
/// The open experiment's settings, as far as its plan reads any, and the button that brings its own back; at the
/// cursor.
void lab_settings(Ui& ui, float width);
/// Right: claim, question, verdict, why, previous and next; at the cursor.
void lab_content(Ui& ui, float width);
/// The question and the answer being made, or the answer beside the truth; at the cursor.
void prediction_card(Ui& ui, const LabEntry& entry, LabRecord& record, float width);
/// The open experiment has been run, and has plots of its own.
bool has_results(const Ui& ui);
/// These, or the empty axes that the answer is drawn on; false: draw the usual plots.
bool has_figures(const Ui& ui);
void figure_cards(Ui& ui, const Rect& rect, bool stacked);
float figures_height(const Ui& ui);  ///< Stacked.
/// The empty axes of a question that asks for a curve, and what has been drawn on them.
void draw_curve_plot(Ui& ui, const LabEntry& entry, const Rect& rect);

/// What an experiment found, at the cursor: predicates, what to change, background, numbers, terms.
void finding_view(Ui& ui, const SavedEntry& entry, float width);
/// The sign of a state, centred: of an experiment in the list, of a predicate.
void draw_lab_mark(Ui& ui, LabMark mark, ImVec2 center);
/// Why the experiment cannot run here, in the language that is shown; empty: it can.
std::string missing_text(const Ui& ui, const LabEntry& entry);
/// The address of the whole page with what is open here, in a tab of its own; empty where there is none.
std::string full_page_url(const Ui& ui);
/// Would the experiment run on that page? It has threads where they were left out here: by a frame, or by the address.
bool full_page_helps(const Ui& ui, const LabEntry& entry);
/// Opens an experiment ("": the free race), as the list does; run starts it too.
void open_experiment(Ui& ui, std::string_view id);
/// Once a frame: what belongs to an experiment is forgotten with it.
void follow_open_experiment(Ui& ui);
/// What was answered to the open experiment's question becomes the prediction; without an answer it is put aside.
void keep_prediction(Ui& ui);
/// Starts the open experiment with the prediction as it stands.
void run_experiment(Ui& ui);
/// The command door's {"do":"lab"|"predict"} and the state's "lab".
nlohmann::json lab_command(Ui& ui, const nlohmann::json& request);
nlohmann::json lab_state(const Ui& ui);

}  // namespace trilane::ui
