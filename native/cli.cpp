#include "cli.hpp"

#include <unistd.h>

#include <cstdio>

#include "cli_judge.hpp"
#include "cli_lab.hpp"
#include "cli_list.hpp"
#include "cli_options.hpp"
#include "cli_run.hpp"
#include "print_result.hpp"
#include "serve.hpp"
#include "window.hpp"

namespace trilane::native {

int cli_main(int argc, char** argv) {
  const auto options = parse_arguments(argc, argv);
  if (!options) {
    std::fprintf(stderr, "trilane: %s\n", options.error().message.c_str());
    return 2;
  }
  switch (options->command) {
    case Command::window: return window_main(options->window);
    case Command::run:
    case Command::sweep: return run_main(*options);
    case Command::lab: return lab_main(*options);
    case Command::judge: return judge_main(*options);
    case Command::list: return list_main(*options);
    case Command::serve: return serve_main(options->server);
    case Command::help: return print_result(options->help_text);
  }
  return 2;
}

}  // namespace trilane::native
