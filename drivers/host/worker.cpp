// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/worker.hpp"

#include "driverapi/kit/str.hpp"

#include <csignal>
#include <utility>

namespace ups::host {
namespace {

// Signals are for the loop's thread only.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_{};
};

std::int32_t code_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::invalid:
    case ErrorCode::unsupported:
        return UPSDRV_E_FATAL;
    case ErrorCode::timeout:
        return UPSDRV_E_TIMEOUT;
    case ErrorCode::not_found:
    case ErrorCode::denied:
    case ErrorCode::refused:
    case ErrorCode::closed:
    case ErrorCode::busy:
    case ErrorCode::too_long:
    case ErrorCode::io:
        return UPSDRV_E_LOST;
    }
    return UPSDRV_E_LOST;
}

}  // namespace

Worker::Worker(const upsdrv_plugin& plugin, InstanceConfig config, PublishRules rules,
               transport::LinkOpener& opener, const Clock& clock)
    : plugin_(plugin), opener_(opener), clock_(clock),
      services_(plugin, std::move(config), std::move(rules), clock, stop_, mailbox_) {
    const SignalsBlocked blocked;  // the new thread inherits the mask
    thread_ = std::thread([this] { main(); });
}

Worker::~Worker() {
    stop_.raise();
    mailbox_.shut();
    if (thread_.joinable()) thread_.join();
}

bool Worker::end_within(Duration grace) {
    stop_.raise();
    mailbox_.shut();
    std::unique_lock lock(end_mutex_);
    return has_ended_.wait_for(lock, grace, [this] { return ended_; });
}

void Worker::main() noexcept {
    while (auto job = mailbox_.wait_job())
        mailbox_.post(execute(*job));
    close();
    if (created_) plugin_.destroy(self_);
    const std::lock_guard lock(end_mutex_);
    ended_ = true;
    has_ended_.notify_all();
}

JobDone Worker::execute(Job& job) {
    JobDone done{.kind = job.kind};
    done.code = call(job, done.problem);
    if (job.kind != JobKind::run) {
        done.changes = services_.publisher().commit();
        done.poll_at = services_.take_poll_at();
    }
    if (done.code < 0 && done.problem.empty() && link_) done.problem = link_->problem();
    return done;
}

std::int32_t Worker::call(Job& job, std::string& problem) {
    const std::int64_t deadline = to_ms(job.deadline);
    const auto name = kit::str(job.name);
    switch (job.kind) {
    case JobKind::create:
        return create();
    case JobKind::probe:
        return probe(job.deadline, problem);
    case JobKind::open:
        return open(job.deadline, problem);
    case JobKind::poll:
        return open_ ? plugin_.poll(self_, job.groups, deadline) : UPSDRV_E_LOST;
    case JobKind::set:
        if (plugin_.set == nullptr) return UPSDRV_E_UNKNOWN;
        return open_ ? plugin_.set(self_, name, kit::str(job.value.value_or("")), deadline)
                     : UPSDRV_E_LOST;
    case JobKind::command: {
        if (plugin_.command == nullptr) return UPSDRV_E_UNKNOWN;
        // An empty parameter is still one: its data must not be null.
        const auto parameter = job.value ? kit::str(*job.value) : upsdrv_str{};
        return open_ ? plugin_.command(self_, name, parameter, deadline) : UPSDRV_E_LOST;
    }
    case JobKind::shutdown:
        if (plugin_.shutdown == nullptr) return UPSDRV_E_UNSUPPORTED;
        return open_ ? plugin_.shutdown(self_, deadline) : UPSDRV_E_LOST;
    case JobKind::reconfigure:
        services_.set_options(std::move(job.options));
        return plugin_.reconfigure == nullptr ? UPSDRV_E_UNSUPPORTED : plugin_.reconfigure(self_);
    case JobKind::close:
        close();
        return UPSDRV_OK;
    case JobKind::run:
        problem = job.task();
        return UPSDRV_OK;
    }
    return UPSDRV_E_INVALID;
}

std::int32_t Worker::create() {
    services_.set_creating(true);
    const std::int32_t code = plugin_.create(services_.abi(), &self_);
    services_.set_creating(false);
    created_ = code == UPSDRV_OK;
    return code;
}

std::int32_t Worker::probe(Instant deadline, std::string& problem) {
    if (plugin_.probe == nullptr) return UPSDRV_E_UNSUPPORTED;
    if (const auto code = open_link(deadline, problem); code != UPSDRV_OK) return code;
    const std::int32_t score = plugin_.probe(self_, to_ms(deadline));
    problem = link_->problem();
    close();
    return score;
}

std::int32_t Worker::open_link(Instant deadline, std::string& problem) {
    close();
    auto link =
        opener_.open({services_.link_kind(), services_.link_address(), deadline, clock_, stop_});
    if (!link) {
        problem = link.error().text;
        return stop_.is_raised() ? UPSDRV_E_STOPPING : code_of(link.error().code);
    }
    link_ = *std::move(link);
    services_.set_link(link_.get());
    return UPSDRV_OK;
}

std::int32_t Worker::open(Instant deadline, std::string& problem) {
    if (const auto code = open_link(deadline, problem); code != UPSDRV_OK) return code;
    const std::int32_t code = plugin_.open(self_, to_ms(deadline));
    open_ = code == UPSDRV_OK;
    if (open_) return code;
    problem = link_->problem();
    services_.set_link(nullptr);
    link_.reset();
    return code;
}

void Worker::close() {
    if (open_) plugin_.close(self_);
    open_ = false;
    services_.set_link(nullptr);
    link_.reset();
}

}  // namespace ups::host
