// Another program in the place of our own when a child or an engine is started (native/child_process.cpp).
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace trilane::test {

class ProgramInstead {
 public:
  enum Kind { kPath, kScript };

  /// A program's path, or a script's text, which is written to a file.
  explicit ProgramInstead(const std::string& what, Kind kind = kPath) {
    std::string path = what;
    if (kind == kScript) {
      char name[] = "/tmp/trilane-test-XXXXXX";
      close(mkstemp(name));
      script_ = path = name;
      std::ofstream(path) << what;
      chmod(path.c_str(), 0755);
    }
    setenv("TRILANE_EXECUTABLE", path.c_str(), 1);
  }
  ~ProgramInstead() {
    unsetenv("TRILANE_EXECUTABLE");
    if (!script_.empty()) unlink(script_.c_str());
  }
  ProgramInstead(const ProgramInstead&) = delete;
  ProgramInstead& operator=(const ProgramInstead&) = delete;

 private:
  std::string script_;
};

}  // namespace trilane::test
