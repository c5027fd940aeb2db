#include "engine/engine_client.hpp"

#include <algorithm>
#include <utility>

#include "base/json_reader.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Command;
using protocol::Event;

constexpr int kFirstBackoffMs = 200;

}  // namespace

EngineClient::EngineClient(coro::Scheduler& scheduler, EngineListener& listener)
    : scheduler_(scheduler), listener_(listener), watches_(scheduler) {}

EngineClient::~EngineClient() = default;

void EngineClient::start() {
  if (state_ != EngineState::broken) return;
  failures_ = 0;
  spawn();
}

void EngineClient::set_state(EngineState state, const std::string& reason) {
  state_ = state;
  ++generation_;
  listener_.on_engine_state(state, reason);
}

void EngineClient::spawn() {
  reader_ = {};
  writer_ = {};
  kill_reason_.clear();
  given_up_ = false;
  process_.reset();
  set_state(EngineState::starting, "");
  ChildListener& self = *this;
  auto spawned = ChildProcess::spawn(scheduler_.loop(), ChildRole::engine, self);
  if (!spawned) return lose_engine(spawned.error().message);
  process_ = std::move(*spawned);
  send(Command::hello, nullptr);
  watches_.start(watch(EngineState::starting, kStartDeadlineMs, "the engine did not start in time"));
}

void EngineClient::send(Command command, const json* document) {
  const std::string text = document == nullptr ? "" : document->dump(-1, ' ', false, json::error_handler_t::replace);
  // A failed send means that the engine has ended: on_exit tells, and fails the job.
  if (process_) (void)process_->send(writer_.frame(static_cast<std::uint16_t>(command), as_byte_span(text)));
}

int EngineClient::submit(Command kind, json config) {
  const int id = next_job_++;
  jobs_.push_back({id, kind, std::move(config), id});
  if (state_ == EngineState::broken) start();
  start_next();
  return id;
}

std::vector<int> EngineClient::submit_series(std::vector<json> configs) {
  std::vector<int> ids;
  const int series = next_job_;
  for (json& config : configs) {
    ids.push_back(next_job_++);
    jobs_.push_back({ids.back(), Command::run, std::move(config), series});
  }
  if (state_ == EngineState::broken) start();
  start_next();
  return ids;
}

void EngineClient::start_next() {
  if (state_ != EngineState::ready || jobs_.empty()) return;
  set_state(EngineState::running, "");
  const Job& first = jobs_.front();
  const auto others = std::ranges::find_if(jobs_, [&](const Job& job) { return job.series != first.series; });
  under_way_ = others - jobs_.begin();
  turn_ = first.id;
  json command = {{"job", first.id}};
  if (first.kind == Command::run) {
    command = {{"jobs", json::array()}};
    for (auto job = jobs_.begin(); job != others; ++job) {
      command["jobs"].push_back({{"job", job->id}, {"config", job->config}});
    }
  } else if (first.kind == Command::sweep) {
    command["config"] = first.config;
  } else {
    command.update(first.config);
  }
  send(first.kind, &command);
}

void EngineClient::answer_lab(int job, json answer) {
  if (state_ != EngineState::running || jobs_.empty() || jobs_.front().id != job) return;
  const json command = {{"job", job}, {"answer", std::move(answer)}};
  send(Command::lab_answer, &command);
}

void EngineClient::cancel_all() {
  const Jobs dropped(std::make_move_iterator(jobs_.begin() + under_way_), std::make_move_iterator(jobs_.end()));
  jobs_.erase(jobs_.begin() + under_way_, jobs_.end());
  for (const Job& job : dropped) listener_.on_failed(job.id, {kCancelled, ""});
  if (state_ != EngineState::running) return;
  set_state(EngineState::stopping, "");
  send(Command::cancel, nullptr);
  watches_.start(watch(EngineState::stopping, kCancelGraceMs, kCancelled));
}

coro::Task<void> EngineClient::watch(EngineState expected, int delay_ms, std::string reason) {
  const std::uint64_t generation = generation_;
  co_await scheduler_.delay(std::int64_t{delay_ms} * 1'000'000);
  if (generation_ != generation || state_ != expected || !process_) co_return;
  give_up(std::move(reason));
}

coro::Task<void> EngineClient::restart_later(int delay_ms) {
  const std::uint64_t generation = generation_;
  co_await scheduler_.delay(std::int64_t{delay_ms} * 1'000'000);
  if (generation_ == generation) spawn();
}

EngineClient::Jobs::iterator EngineClient::find_job(std::int64_t id) {
  const auto end = jobs_.begin() + under_way_;
  const auto job = std::ranges::find(jobs_.begin(), end, id, &Job::id);
  return job == end ? jobs_.end() : job;
}

void EngineClient::fail_jobs_under_way(const Error& error) {
  while (under_way_ != 0) end_job(jobs_.begin(), &error, nullptr);
}

void EngineClient::end_job(Jobs::iterator job, const Error* error, const json* document) {
  const int id = job->id;
  jobs_.erase(job);
  if (under_way_ != 0) --under_way_;
  if (error != nullptr) {
    listener_.on_failed(id, *error);
  } else {
    listener_.on_done(id, *document);
  }
}

void EngineClient::on_exit(const ChildExit& exit) {
  const bool stopped = kill_reason_ == kCancelled;
  const std::string reason = kill_reason_.empty() ? "the engine ended: " + exit.reason : kill_reason_;
  if (stopped) {
    // Not a failure of the engine's: it was busy in a place where it could not look.
    fail_jobs_under_way({kCancelled, ""});
    set_state(EngineState::starting, "the engine did not stop in time and was started anew");
    watches_.start(restart_later(0));
    return;
  }
  lose_engine(reason);
}

void EngineClient::lose_engine(const std::string& reason) {
  fail_jobs_under_way({state_ == EngineState::stopping ? std::string(kCancelled) : reason, ""});
  if (++failures_ > kMaxRestarts) {
    const Error error{reason, ""};
    while (!jobs_.empty()) end_job(jobs_.begin(), &error, nullptr);
    return set_state(EngineState::broken, reason);
  }
  set_state(EngineState::starting, reason);
  watches_.start(restart_later(kFirstBackoffMs << (failures_ - 1)));
}

void EngineClient::on_bytes(std::span<const std::byte> bytes) {
  if (given_up_) return;
  reader_.feed(bytes);
  // A frame may be the engine's last: nothing that follows a broken one is believed.
  while (!given_up_) {
    wire::Frame frame;
    const auto more = reader_.next(frame);
    if (more && !*more) return;
    const Status status = more ? handle(frame) : Status(std::unexpected(more.error()));
    if (!status) give_up("the engine's messages cannot be read: " + status.error().message);
  }
}

void EngineClient::give_up(std::string reason) {
  kill_reason_ = std::move(reason);
  given_up_ = true;
  process_->kill();
}

Status EngineClient::handle(const wire::Frame& frame) {
  const auto event = static_cast<Event>(frame.type);
  const int job = turn_;
  Status status;
  // Decodes, then tells the listener; a broken event ends the engine.
  const auto forward = [&](auto decoded, auto tell) {
    if (decoded) {
      tell(*decoded);
    } else {
      status = std::unexpected(decoded.error());
    }
  };
  switch (event) {
    case Event::repeat:
      forward(protocol::decode_repeat(frame.payload), [&](const auto& e) { listener_.on_repeat(job, e); });
      break;
    case Event::progress:
      forward(protocol::decode_progress(frame.payload), [&](const auto& e) { listener_.on_progress(job, e); });
      break;
    case Event::spans:
      forward(protocol::decode_spans(frame.payload), [&](const auto& spans) { listener_.on_spans(job, spans); });
      break;
    case Event::tile:
      forward(protocol::decode_tile(frame.payload), [&](const auto& e) { listener_.on_tile(job, e); });
      break;
    default: {
      const auto* text = reinterpret_cast<const char*>(frame.payload.data());
      const json document = json::parse(text, text + frame.payload.size(), nullptr, false);
      if (document.is_object()) {
        status = handle_json(event, document);
      } else {
        status = fail("an event that cannot be read arrived");
      }
    }
  }
  return status;
}

Status EngineClient::handle_json(Event event, const json& document) {
  JsonReader reader(document);
  // Read before anything is told: a listener is told whole events only.
  const auto broken = [&reader]() -> Status {
    if (reader.error()) return std::unexpected(*reader.error());
    return {};
  };
  if (event == Event::ready) {
    EngineInfo info{reader.object("host"), reader.object("capabilities"), reader.array("experiments")};
    if (reader.error()) return broken();
    info_ = std::move(info);
    listener_.on_ready(*info_);
    set_state(EngineState::ready, "");
    start_next();
    return {};
  }
  const std::int64_t of_job = reader.whole("job", 0);
  if (reader.error()) return broken();
  // Late events of a job that has ended already (its engine was told to stop) belong to nobody.
  const auto found = find_job(of_job);
  if (found == jobs_.end()) return {};
  const int job = found->id;
  const auto end = [&](const Error* error, const json* result) {
    if (under_way_ == 1) set_state(EngineState::ready, "");
    end_job(find_job(job), error, result);  // set_state() tells listeners, who may submit
    start_next();
  };
  switch (event) {
    case Event::started:
      turn_ = job;
      listener_.on_started(job, document);
      return {};
    case Event::turn:
      turn_ = job;
      listener_.on_turn(job, document);
      return {};
    case Event::result: listener_.on_result(job, document); return {};
    case Event::lab_step: {
      const double fraction = reader.number("fraction", 0);
      const json what = reader.object("what");
      const bool paused = reader.flag("paused", false);
      if (!reader.error()) listener_.on_lab_step(job, fraction, what, paused);
      return broken();
    }
    case Event::lab_ask: {
      const json state = reader.object("state");
      if (!reader.error()) listener_.on_lab_ask(job, state);
      return broken();
    }
    case Event::done: {
      const json result = reader.object("document");
      if (reader.error()) return broken();
      failures_ = 0;  // it works: an earlier crash is forgiven
      end(nullptr, &result);
      return {};
    }
    case Event::failed: {
      const json error_json = reader.object("error");
      JsonReader inner(error_json);
      const Error error{inner.text("message", "the run failed"), inner.text("field", "")};
      if (reader.error()) return broken();
      if (inner.error()) return std::unexpected(*inner.error());
      end(&error, nullptr);
      return {};
    }
    default: return {};
  }
}

}  // namespace trilane
