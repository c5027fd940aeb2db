# Target trilane-serve: the page's server alone (TRILANE_SERVER_ONLY), from the same files as `trilane serve`, without
# the layers that this does not call.
add_executable(
  trilane-serve
  serve_main.cpp serve.cpp static_files.cpp mime.cpp print_result.cpp process_start.cpp
  http_connection.cpp http_message.cpp http_request_reader.cpp http_server.cpp lab_service.cpp lab_waits.cpp
  number_text.cpp event_loop.cpp clock.cpp
  ${CMAKE_SOURCE_DIR}/shared/coro/timer_wheel.cpp
  ${CMAKE_SOURCE_DIR}/shared/workloads/lab_web.cpp ${CMAKE_SOURCE_DIR}/shared/workloads/lab_page.cpp
  ${CMAKE_SOURCE_DIR}/shared/base/fmt_library.cpp)
target_include_directories(trilane-serve PRIVATE ${CMAKE_SOURCE_DIR}/shared ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(trilane-serve SYSTEM PRIVATE ${HTTP_PARSER_INCLUDE})
target_link_libraries(trilane-serve PRIVATE trilane_headers PkgConfig::UV ${HTTP_PARSER_LIBRARY})
trilane_warnings(trilane-serve)
set_target_properties(trilane-serve PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
