// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/caller.hpp"

#include "lib/base/text.hpp"
#include "lib/base/words.hpp"
#include "tools/upssched/exchange.hpp"

#include <cerrno>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace ups::upssched {
namespace {

constexpr unsigned kSocketMode = 0660;
constexpr unsigned kLockMode = 0600;

/// The lock file, gone when this goes.
class Lock {
  public:
    explicit Lock(std::string path) : path_(std::move(path)) {}
    ~Lock() { ::unlink(path_.c_str()); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

  private:
    std::string path_;
};

std::string line_for_people(std::string_view line) {
    Tokenizer tokenizer(Charset::utf8);
    const auto words = tokenizer.split(line).words;
    const auto word = [&words](std::size_t at) {
        return at < words.size() ? printable(words[at]) : std::string();
    };
    std::string text = word(1) + ": " + word(2) + " s";
    if (!word(3).empty()) text += ", " + word(3);
    if (!word(4).empty()) text += " " + word(4);
    return text + "\n";
}

Error refused(const Request& request, std::string_view reply) {
    return fail(ErrorCode::refused,
                "the timer daemon answered " + printable(reply) + " for " + printable(request.name))
        .error();
}

}  // namespace

Caller::Caller(const conf::UpsschedConf& conf, const Script& script, const Clock& clock,
               const Logger& logger, StartDaemon start_daemon)
    : conf_(conf), clock_(clock), logger_(logger), runner_(script, Output::inherited, logger),
      start_daemon_(std::move(start_daemon)) {}

Result<void> Caller::notify(const Cause& cause) {
    Result<void> outcome;
    for (const conf::AtLine& line : conf_.at) {
        if (!line.matches(cause.type, cause.ups)) continue;
        const auto done = obey(line, cause);
        if (done) continue;
        logger_.error("at.failed", done.error().text, {{"at", conf::to_text(line.place)}});
        outcome = done;
    }
    runner_.wait_all();
    return outcome;
}

Result<void> Caller::obey(const conf::AtLine& line, const Cause& cause) {
    Request request{.name = line.name, .delay = line.delay, .cause = cause};
    switch (line.command) {
    case conf::AtCommand::execute:
        runner_.run({line.name, cause});
        return {};
    case conf::AtCommand::start_timer:
        request.verb = Verb::start;
        break;
    case conf::AtCommand::start_timer_shared:
        request.verb = Verb::start_shared;
        break;
    case conf::AtCommand::cancel_timer:
        request.verb = Verb::cancel;
        request.otherwise = line.otherwise.value_or("");
        break;
    }
    return send(std::move(request));
}

Result<void> Caller::send(Request request) {
    for (int attempt = 0;; ++attempt) {
        UPS_TRY(const auto reply, ask(request));
        if (reply == "OK") return {};
        if (reply && reply->starts_with("ERR UNKNOWN") && request.verb == Verb::start_shared) {
            logger_.warning("daemon.old",
                            "the daemon knows no shared timers; starting one of its own",
                            {{"timer", request.name}});
            request.verb = Verb::start;
            continue;
        }
        if (reply) return std::unexpected(refused(request, *reply));
        // No daemon, no timer: there is nothing to cancel.
        if (request.verb == Verb::cancel && request.otherwise.empty()) return {};
        if (attempt > kTries + 2)
            return fail(ErrorCode::timeout, "no timer daemon at " + conf_.pipe_path);
        UPS_CHECK(provide_daemon(attempt));
    }
}

Result<std::optional<std::string>> Caller::ask(const Request& request) {
    auto reply = exchange(conf_.pipe_path, encode(request), clock_, kReplyLimit);
    if (reply) return std::optional(*std::move(reply));
    switch (reply.error().code) {
    case ErrorCode::not_found:
    case ErrorCode::refused:
    case ErrorCode::closed:  // it was about to end
        return std::optional<std::string>();
    default:
        return std::unexpected(reply.error().within(conf_.pipe_path));
    }
}

Result<void> Caller::provide_daemon(int attempt) {
    const int fd =
        ::open(conf_.lock_path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kLockMode);
    if (fd < 0 && errno != EEXIST)
        return fail_errno("cannot make the lock file " + conf_.lock_path, errno);
    if (fd < 0) {
        if (attempt == kTries) {
            // Nobody needs that long: who made it is gone.
            logger_.warning("lock.stale", "removing a lock file that was left behind",
                            {{"file", conf_.lock_path}});
            ::unlink(conf_.lock_path.c_str());
            return {};
        }
        std::this_thread::sleep_for(kPause);
        return {};
    }
    const Fd made(fd);
    const Lock lock(conf_.lock_path);
    auto socket = bind_unix(conf_.pipe_path, kSocketMode);
    if (socket) return start_daemon_(*std::move(socket));
    if (socket.error().code == ErrorCode::busy) return {};
    return std::unexpected(socket.error());
}

Result<std::string> Caller::list() {
    const Request request{.verb = Verb::list, .cause = Cause{}};
    UPS_TRY(const auto reply, ask(request));
    std::string text;
    if (!reply) return text;
    for (const std::string_view line : split_at(*reply, '\n')) {
        if (line.starts_with("ERR")) return std::unexpected(refused(request, line));
        if (line.starts_with("TIMER ")) text += line_for_people(line);
    }
    return text;
}

}  // namespace ups::upssched
