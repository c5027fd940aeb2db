#include "models/web_worker.hpp"

#include <utility>

#include "base/hash.hpp"
#include "platform/html_parser.hpp"

namespace trilane {

void TaskErrors::add(std::uint32_t task, const std::string& cause) {
  if (count++ == 0) first = "task " + std::to_string(task) + ": " + cause;
}

void TaskErrors::add(const TaskErrors& others) {
  if (count == 0) first = others.first;
  count += others.count;
}

Status take_answer(Result<HttpAnswer> answer, const std::string& url, PageInWork& page, std::uint64_t& value) {
  if (!answer) return fail(url + ": " + answer.error().message);
  if (answer->status >= 400) return fail(url + " answered " + std::to_string(answer->status));
  page.body = std::move(answer->body);
  value = hash_long(page.body);
  return {};
}

void parse_body(std::uint32_t task, PageInWork& page, std::uint64_t& value) {
  ParsedPage parsed = parse_page(page.body);
  page.row = {.page = task, .links = parsed.links, .text_hash = parsed.text_hash, .title = std::move(parsed.title)};
  value = page_value(page.row);
}

Result<PageDatabase*> PageSaver::database() {
  if (!database_) {
    auto opened = open_page_database(web_.table);
    if (!opened) return std::unexpected(opened.error());
    database_ = std::move(*opened);
  }
  return database_.get();
}

Status PageSaver::commit(const std::vector<PageRow>& rows) {
  const auto opened = database();
  if (!opened) return std::unexpected(opened.error());
  return (*opened)->save(rows);
}

Status WebWorker::fetch(const std::string& url, PageInWork& page, std::uint64_t& value) {
  if (!client_) {
    auto client = BlockingHttpClient::create();
    if (!client) return std::unexpected(client.error());
    client_ = std::move(*client);
  }
  const HttpGet request{.url = url, .timeout_ms = static_cast<int>(web_.timeout_ms)};
  return take_answer(client_->get(request, keep_going_), url, page, value);
}

}  // namespace trilane
