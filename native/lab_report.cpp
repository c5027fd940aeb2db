#include "lab_report.hpp"

#include <ctime>
#include <filesystem>
#include <system_error>

#include "experiments/report/report.hpp"
#include "report_pictures.hpp"
#include "text_file.hpp"

namespace trilane::native {
namespace {

namespace fs = std::filesystem;

ReportInput input_of(const nlohmann::json& document, bool russian) {
  ReportInput input;
  input.document = document;
  input.russian = russian;
  input.pictures = can_draw_pictures();
  input.date = today();
  // Nobody answers on a command line; what was asked is still the first thing to think about.
  for (const Experiment* experiment : experiment_catalog())
    input.predictions[std::string(experiment->id)] = {experiment->question, nullptr};
  return input;
}

}  // namespace

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  char text[32] = "";
  if (localtime_r(&now, &local) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d", &local);
  return text;
}

Result<ReportFolder> ReportFolder::open(std::string path) {
  std::error_code error;
  fs::create_directories(fs::path(path) / "figures", error);
  if (error) return fail("cannot write the report to " + path + ": " + error.message());
  const std::string proof = path + "/figures/.trilane";
  if (Status written = write_file_atomically(proof, ""); !written)
    return fail("cannot write the report to " + path + ": " + written.error().message);
  fs::remove(proof, error);
  return ReportFolder(std::move(path));
}

Status ReportFolder::write(const nlohmann::json& document, bool russian) const {
  for (const ReportFile& file : lab_report(input_of(document, russian)))
    if (Status written = write_file_atomically(path_ + "/" + file.name, file.bytes); !written) return written;
  if (!can_draw_pictures()) return {};
  for (const ReportFile& file : draw_pictures(report_figures(document), report_caption(document), russian))
    if (Status written = write_file_atomically(path_ + "/" + file.name, file.bytes); !written) return written;
  return {};
}

}  // namespace trilane::native
