#include "lab_python.hpp"

#include "experiments/report/lab_python.hpp"

namespace trilane::native {

PythonBeside add_python(nlohmann::json& entry, const CancelToken& cancel, const PythonProgress& progress) {
  PythonBeside beside = run_python_beside(lab::python_works(entry), {}, cancel, progress);
  std::vector<nlohmann::json> documents;
  for (const PythonRun& run : beside.runs) documents.push_back(to_json(run));
  lab::add_python(entry, documents, beside.remarks);
  return beside;
}

}  // namespace trilane::native
