// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/driver.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::host {

using proto::TrackingCode;

Driver::Driver(Loop& loop, const PluginModule& plugin, DriverSettings settings,
               transport::LinkOpener& opener, DriverEvents& events, const Logger& log)
    : loop_(loop), plugin_(*plugin.descriptor), settings_(std::move(settings)), events_(events),
      log_(log), keeper_(settings_.keeper, loop.clock(), log),
      worker_(plugin_, settings_.instance, settings_.rules, opener, loop.clock()),
      timer_(loop, [this] {
          keeper_.on_time();
          pump();
      }) {
    std::string lines;
    publish_own(settings_, plugin_, state_, lines);
    mail_.emplace(loop_, worker_.mailbox().fd(), Interest::read, [this](Interest) { collect(); });
    submit(Job{.kind = JobKind::create}, Running::own);
    publish_health(lines);
}

Driver::~Driver() = default;

void Driver::serve(BoundSocket socket) {
    RequestHandler& handler = *this;  // named here, where the private base is accessible
    server_.emplace(loop_, std::move(socket), state_, handler, log_);
}

void Driver::run_on_plugin_thread(std::function<std::string()> task) {
    own_jobs_.push_back(Job{.kind = JobKind::run, .task = std::move(task)});
    pump();
}

bool Driver::end() {
    over_ = true;
    timer_.stop();
    std::string lines;
    state_.set_own("driver.state", Variable{.value = "cleanup.exit", .enums = {}, .ranges = {}},
                   lines);
    tell(lines);
    return worker_.end_within(kGrace);
}

void Driver::finish(int status, std::string_view reason) {
    if (over_) return;
    over_ = true;
    timer_.stop();
    events_.on_end(status, reason);
}

void Driver::tell(std::string& lines) {
    if (server_) server_->broadcast(lines);
    lines.clear();
}

void Driver::answer(ClientId client, std::string_view tracking, TrackingCode code) {
    if (client == 0 || !server_) return;
    std::string line;
    append_tracking(tracking, code, line);
    server_->reply(client, line);
}

// ---- from the plugin ----

void Driver::collect() {
    Mailbox::Mail mail = worker_.mailbox().collect();
    for (const auto& line : mail.logs)
        log_plugin(line);
    if (mail.logs_lost > 0)
        log_.warning("plugin.log",
                     std::to_string(mail.logs_lost) + " lines of the plugin were lost");
    for (const auto& done : mail.done)
        on_done(done);
    pump();
}

void Driver::log_plugin(const PluginLog& line) {
    static constexpr LogLevel kLevels[] = {LogLevel::error, LogLevel::warning, LogLevel::info,
                                           LogLevel::debug};
    log_.write(kLevels[std::min<std::uint32_t>(line.level, 3)], "plugin.log", line.text, {});
}

void Driver::on_done(const JobDone& done) {
    const Running ran = std::exchange(running_, Running::nothing);
    std::string lines;
    state_.apply(done.changes, lines);
    tell(lines);
    if (over_) return;
    switch (ran) {
    case Running::device:
        return on_device_done(done);
    case Running::request:
        return on_request_done(done);
    case Running::own:
        if (done.kind == JobKind::create && done.code != UPSDRV_OK)
            return finish(1, "the plugin refused to start: " + std::string(code_text(done.code)));
        if (done.kind == JobKind::create) created_ = true;
        if (done.kind == JobKind::run && !done.problem.empty())
            log_.info("driver.confined", done.problem);
        if (done.kind == JobKind::reconfigure && done.code != UPSDRV_OK)
            log_.error("driver.reload", code_text(done.code));
        return;
    case Running::nothing:
        return;
    }
}

void Driver::on_device_done(const JobDone& done) {
    keeper_.finished(done.code, done.poll_at, done.problem);
    if (done.kind == JobKind::open && done.code == UPSDRV_OK && !opened_) {
        opened_ = true;
        if (const auto opened = events_.on_open(); !opened) return finish(1, opened.error().text);
    }
    std::string lines;
    publish_health(lines);
    tell(lines);
    if (!ready_ && keeper_.has_started()) {
        ready_ = true;
        events_.on_ready();
    }
    if (done.kind == JobKind::poll && !over_) events_.on_reading();
}

void Driver::on_request_done(const JobDone& done) {
    keeper_.finished(done.code, done.poll_at, done.problem);
    Request request = *std::exchange(request_, std::nullopt);
    const bool unhandled = done.code < UPSDRV_OK;
    if (unhandled && !request.more.empty()) {
        request.job = Job{.kind = JobKind::command, .name = request.more.front()};
        request.more.pop_front();
        waiting_.push_front(std::move(request));
        return;
    }
    if (unhandled)
        log_.warning("request.failed", code_text(done.code), {{"name", request.job.name}});
    answer(request.client, request.tracking, tracking_code(done.code));
    if (request.shutdown) events_.on_shutdown(done.code);
}

// ---- to the plugin ----

void Driver::submit(Job job, Running running) {
    running_ = running;
    worker_.mailbox().submit(std::move(job));
}

void Driver::submit_task(const Task& task) {
    static constexpr JobKind kKinds[] = {JobKind::open, JobKind::poll, JobKind::close};
    submit(Job{.kind = kKinds[static_cast<std::size_t>(task.kind)],
               .deadline = task.deadline,
               .groups = task.groups},
           Running::device);
}

void Driver::pump() {
    if (over_) return;
    // Requests of clients have no use for a device that is not there: they are told at once.
    while (!waiting_.empty() && opened_ && !keeper_.is_open()) {
        const Request request = std::move(waiting_.front());
        waiting_.pop_front();
        answer(request.client, request.tracking, TrackingCode::failed);
        if (request.shutdown) events_.on_shutdown(UPSDRV_E_LOST);
        if (over_) return;
    }
    if (running_ == Running::nothing) {
        if (!own_jobs_.empty()) {
            submit(std::move(own_jobs_.front()), Running::own);
            own_jobs_.pop_front();
        } else if (!waiting_.empty() && keeper_.may_request()) {
            request_ = std::move(waiting_.front());
            waiting_.pop_front();
            Job job = request_->job;
            job.deadline = keeper_.begin_request().deadline;
            submit(std::move(job), Running::request);
        } else if (const auto task = created_ ? keeper_.next() : std::nullopt) {
            submit_task(*task);
        }
    }
    std::string lines;
    publish_health(lines);
    tell(lines);
    if (keeper_.health() == Health::ended) return finish(1, keeper_.reason());
    // While another job runs, only its overrun matters; its end calls here again.
    const bool wait_for_job = running_ != Running::nothing && !keeper_.is_busy();
    const auto due = wait_for_job ? std::nullopt : keeper_.deadline();
    if (due)
        timer_.start_at(*due);
    else
        timer_.stop();
}

void Driver::publish_health(std::string& lines) {
    state_.set_own("driver.state",
                   Variable{.value = std::string(keeper_.state_word()), .enums = {}, .ranges = {}},
                   lines);
    state_.set_stale(keeper_.health() != Health::fresh, lines);
}

// ---- from clients ----

void Driver::queue(Request request) {
    if (over_ || waiting_.size() >= kMaxWaiting) {
        log_.warning("request.refused", "too many requests wait", {{"name", request.job.name}});
        return answer(request.client, request.tracking, TrackingCode::failed);
    }
    waiting_.push_back(std::move(request));
    pump();
}

void Driver::on_request(ClientId client, ClientRequest request) {
    if (request.kind == proto::DriverRequest::set)
        on_set(client, std::move(request));
    else
        on_command(client, std::move(request));
}

void Driver::on_set(ClientId client, ClientRequest request) {
    TrackingCode code = TrackingCode::handled;
    if (set_own(request.name, *request.value, code)) return answer(client, request.tracking, code);
    if (const auto wrong = check_set(state_, request.name, *request.value))
        return answer(client, request.tracking, *wrong);
    if (plugin_.set == nullptr) return answer(client, request.tracking, TrackingCode::unknown);
    queue(Request{.job = {.kind = JobKind::set,
                          .name = std::move(request.name),
                          .value = std::move(request.value)},
                  .client = client,
                  .tracking = std::move(request.tracking)});
}

// Variables that the host itself keeps. False: not one of them.
bool Driver::set_own(std::string_view name, std::string_view value, TrackingCode& code) {
    const bool killpower = iequals(name, "driver.flag.allow_killpower");
    if (!killpower && !iequals(name, "driver.debug")) return false;
    const auto number = parse_integer(value);
    if (!number || *number < 0 || *number > (killpower ? 1 : 99)) {
        code = TrackingCode::invalid;
        return true;
    }
    std::string lines;
    state_.force_own(name,
                     Variable{.value = std::to_string(*number),
                              .flags = UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER,
                              .enums = {},
                              .ranges = {}},
                     lines);
    tell(lines);
    if (killpower)
        settings_.allow_killpower = *number == 1;
    else
        events_.on_debug(settings_.debug = static_cast<unsigned>(*number));
    return true;
}

void Driver::on_command(ClientId client, ClientRequest request) {
    const auto known = state_.find_command(request.name);
    if (!known) return answer(client, request.tracking, TrackingCode::unknown);
    const std::string name(*known);
    if (state_.is_own_command(name)) return on_own_command(client, name, request.tracking);
    if (plugin_.command == nullptr) return answer(client, request.tracking, TrackingCode::unknown);
    queue(
        Request{.job = {.kind = JobKind::command, .name = name, .value = std::move(request.value)},
                .client = client,
                .tracking = std::move(request.tracking)});
}

void Driver::on_own_command(ClientId client, const std::string& name, const std::string& tracking) {
    if (name == "driver.exit") {
        answer(client, tracking, TrackingCode::handled);
        return finish(0, "asked to exit by driver.exit");
    }
    if (name == "shutdown.default" || name == "driver.killpower") {
        if (name == "driver.killpower" && !settings_.allow_killpower) {
            log_.warning("driver.killpower", "refused: driver.flag.allow_killpower is 0");
            return answer(client, tracking, TrackingCode::failed);
        }
        Request request = shutdown_request();
        request.client = client;
        request.tracking = tracking;
        return queue(std::move(request));
    }
    const bool applied = reload();
    if (applied || name == "driver.reload") return answer(client, tracking, TrackingCode::handled);
    if (name == "driver.reload-or-error") return answer(client, tracking, TrackingCode::failed);
    answer(client, tracking, TrackingCode::handled);
    finish(0, "the new configuration needs a restart");
}

Driver::Request Driver::shutdown_request() const {
    Request request{.job = {.kind = JobKind::shutdown}, .tracking = {}, .shutdown = true};
    if (settings_.sd_commands.empty()) return request;
    request.more.assign(settings_.sd_commands.begin() + 1, settings_.sd_commands.end());
    request.job = Job{.kind = JobKind::command, .name = settings_.sd_commands.front()};
    return request;
}

void Driver::shutdown() {
    queue(shutdown_request());
}

bool Driver::reload() {
    auto wanted = events_.reload();
    if (!wanted) {
        log_.error("driver.reload", wanted.error().text);
        return false;
    }
    const SettingsChange change = compare(settings_, *wanted, plugin_);
    DriverSettings merged = merge_running(settings_, *wanted, plugin_);
    const bool options_differ = merged.instance.options != settings_.instance.options;
    std::string lines;
    for (const auto& [name, value] : settings_.shown)
        if (!merged.shown.contains(name)) state_.remove_own(name, lines);
    const bool debug_differs = merged.debug != settings_.debug;
    settings_ = std::move(merged);
    if (debug_differs) events_.on_debug(settings_.debug);
    publish_own(settings_, plugin_, state_, lines);
    tell(lines);
    keeper_.configure(settings_.keeper);
    if (options_differ) {
        own_jobs_.push_back(
            Job{.kind = JobKind::reconfigure, .options = settings_.instance.options});
        pump();
    }
    for (const auto& name : change.applied)
        log_.info("driver.reload", name + " changed");
    for (const auto& name : change.restart)
        log_.warning("driver.reload", name + " changed: takes effect after a restart");
    return change.restart.empty();
}

}  // namespace ups::host
