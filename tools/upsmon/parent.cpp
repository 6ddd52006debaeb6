// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/parent.hpp"

#include "tools/upsmon/memory.hpp"
#include "tools/upsmon/options.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

constexpr std::chrono::seconds kLongestPause{5};
/// For the last notifications to be delivered.
constexpr std::chrono::seconds kLastWords{3};
/// Descriptors of ours are above those that a child gets.
constexpr int kFirstOwn = 16;

struct Pair {
    Fd ours;
    Fd theirs;
};

Result<Fd> move_up(Fd fd) {
    Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstOwn));
    if (!moved) return fail_errno("fcntl", errno);
    return moved;
}

Result<Pair> make_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return fail_errno("socketpair", errno);
    Fd first(ends[0]), second(ends[1]);
    UPS_TRY(Fd ours, move_up(std::move(first)));
    UPS_TRY(Fd theirs, move_up(std::move(second)));
    return Pair{std::move(ours), std::move(theirs)};
}

}  // namespace

struct Parent::Ward {
    std::string name;
    std::optional<ProcessHandle> process;
    std::unique_ptr<IoWatch> watch;
    Timer again;
    std::chrono::seconds pause{0};
    Instant started{};
    std::move_only_function<void()> on_end;

    Ward(Loop& loop, std::string ward_name, std::move_only_function<void()> restart,
         std::move_only_function<void()> end)
        : name(std::move(ward_name)), again(loop, std::move(restart)), on_end(std::move(end)) {}

    /// Starts again: at once if it lived for a while, else after a growing pause.
    void start_later(Instant now) {
        if (now - started > std::chrono::minutes(1)) pause = std::chrono::seconds(0);
        again.start(pause);
        pause = std::clamp(2 * pause, std::chrono::seconds(1), kLongestPause);
    }
};

Parent::Parent(const Clock& clock, ParentSetup setup, Background& background, const Logger& logger)
    : setup_(std::move(setup)), background_(background), logger_(logger), loop_(clock),
      hands_(loop_, setup_.shutdown_command, setup_.power_down_flag, logger),
      worker_(std::make_unique<Ward>(
          loop_, "worker", [this] { start_worker(); }, [this] { on_worker_end(); })),
      courier_(std::make_unique<Ward>(
          loop_, "courier", [this] { start_courier(); }, [this] { on_courier_end(); })),
      sleep_watcher_(std::make_unique<Ward>(
          loop_, "upsmon-sleep", [this] { start_sleep_watcher(); },
          [this] { on_sleep_watcher_end(); })),
      farewell_(loop_, [this] { finish_if_alone(); }), life_(loop_, [this] { check_life(); }),
      last_resort_(loop_, [this] { end_the_shutdown(); }) {}

Parent::~Parent() = default;

Result<void> Parent::open_lines() {
    UPS_TRY(Pair courier, make_pair());
    courier_desk_ = std::move(courier.ours);
    courier_line_ = std::move(courier.theirs);
    if (Fd memory = Memory::make()) {
        UPS_TRY(memory_, move_up(std::move(memory)));
    }
    if (setup_.sleep_program.empty()) return {};
    UPS_TRY(Pair sleep, make_pair());
    sleep_desk_ = std::move(sleep.ours);
    sleep_line_ = std::move(sleep.theirs);
    return {};
}

int Parent::run() {
    ::signal(SIGPIPE, SIG_IGN);
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1})
        signals_.push_back(
            std::make_unique<SignalWatch>(loop_, number, [this, number] { forward(number); }));
    if (const auto opened = open_lines(); !opened) {
        background_.failed(opened.error().text);
        return EXIT_FAILURE;
    }
    start_courier();
    start_worker();
    loop_.run();
    return status_;
}

void Parent::start_process(Ward& ward, const Spawn& what) {
    ward.started = loop_.now();
    const auto pid = spawn(what);
    auto handle = pid ? ProcessHandle::open(*pid) : std::unexpected(pid.error());
    if (!handle) {
        logger_.error(ward.name, "cannot be started: " + handle.error().text);
        return ward.start_later(loop_.now());
    }
    ward.process.emplace(*std::move(handle));
    ward.watch = std::make_unique<IoWatch>(loop_, ward.process->fd(), Interest::read,
                                           [&ward](Interest) { ward.on_end(); });
}

Spawn Parent::plan(std::string_view word) const {
    Spawn what{{setup_.program, std::string(word)}, {}, {"WATCHDOG_PID"}, {}};
    what.words.insert(what.words.end(), setup_.arguments.begin(), setup_.arguments.end());
    return what;
}

void Parent::start_courier() {
    Spawn what = plan(kCourierWord);
    what.without.insert(what.without.end(), {"NOTIFY_SOCKET", "WATCHDOG_USEC"});
    what.inherit.emplace_back(courier_desk_.get(), kFirstLine);
    start_process(*courier_, what);
}

void Parent::start_sleep_watcher() {
    Spawn what{setup_.sleep_program, {}, {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}, {}};
    what.inherit.emplace_back(sleep_desk_.get(), kFirstLine);
    start_process(*sleep_watcher_, what);
}

void Parent::start_worker() {
    auto line = make_pair();
    if (!line) {
        logger_.error("worker", line.error().text);
        return worker_->start_later(loop_.now());
    }
    worker_line_ = std::move(line->ours);
    worker_words_ = std::make_unique<IoWatch>(loop_, worker_line_.get(), Interest::read,
                                              [this](Interest) { on_word(); });
    Spawn what = plan(hands_.is_standing()      ? kStandingWorkerWord
                      : hands_.needs_recovery() ? kRecoveringWorkerWord
                                                : kWorkerWord);
    what.inherit.emplace_back(line->theirs.get(), kFirstLine);
    what.inherit.emplace_back(courier_line_.get(), kSecondLine);
    if (sleep_line_) what.inherit.emplace_back(sleep_line_.get(), kThirdLine);
    if (memory_) what.inherit.emplace_back(memory_.get(), kMemoryFile);
    has_spoken_ = false;
    silent_periods_ = 0;
    life_.start(setup_.life_sign);
    start_process(*worker_, what);
}

void Parent::on_word() {
    char byte = 0;
    const ssize_t got = ::recv(worker_line_.get(), &byte, 1, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return worker_words_->want(Interest::none);  // its end is told by its pid
    const auto verb = verb_of(byte);
    if (!verb) return logger_.error("worker", "the worker said something that is no request");
    take(*verb);
}

void Parent::take(Verb verb) {
    silent_periods_ = 0;
    has_spoken_ = true;
    switch (verb) {
    case Verb::alive:
        return;
    case Verb::write_flag:
        return hands_.write_flag();
    case Verb::shut_down:
        hands_.shut_down();
        return tell_given();
    case Verb::remember:
        return hands_.remember(true);
    case Verb::forget:
        last_resort_.stop();
        return hands_.remember(false);
    case Verb::recovered:
        return hands_.recovered();
    case Verb::ready:
        break;
    }
    if (was_ready_) return;
    was_ready_ = true;
    if (const auto told = background_.ready(); !told) logger_.error("start", told.error().text);
    // Only now are its descriptors those of a process in the background.
    if (sleep_desk_) start_sleep_watcher();
}

void Parent::check_life() {
    life_.start(setup_.life_sign);
    if (!worker_->process || is_finishing_) return;
    if (++silent_periods_ < (has_spoken_ ? kSilentPeriods : kSilentPeriodsAtStart)) return;
    logger_.error("worker.hangs", "the worker does not say that it lives, and is ended");
    (void)worker_->process->signal(SIGKILL);
    silent_periods_ = 0;
}

void Parent::end_the_shutdown() {
    if (!hands_.is_standing() || hands_.is_given()) return;
    logger_.error("worker.fails",
                  "the shutdown that was decided is not carried out, as workers die; "
                  "the parent does it");
    hands_.write_flag();
    hands_.shut_down();
}

/// The worker logs out when it knows that the command runs: that log-out is what a primary waits for.
void Parent::tell_given() {
    const char byte = static_cast<char>(Verb::shut_down);
    (void)!::send(worker_line_.get(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Parent::on_worker_end() {
    int status = 0;
    if (::waitpid(worker_->process->pid(), &status, WNOHANG) == 0) return;
    // What it said last may still be there.
    while (worker_words_ && worker_words_->interest() != Interest::none) {
        char byte = 0;
        if (::recv(worker_line_.get(), &byte, 1, MSG_DONTWAIT) <= 0) break;
        if (const auto verb = verb_of(byte)) take(*verb);
    }
    worker_words_.reset();
    worker_->process.reset();
    const bool ended = WIFEXITED(status);
    if (ended && WEXITSTATUS(status) == EXIT_SUCCESS) return finish(EXIT_SUCCESS);
    if (is_stopping_) return finish(EXIT_FAILURE);
    if (!was_ready_) {
        background_.failed("upsmon could not start");
        return finish(EXIT_FAILURE);
    }
    logger_.error("worker.died",
                  ended ? "the worker ended with status " + std::to_string(WEXITSTATUS(status))
                        : "the worker was ended by signal " + std::to_string(WTERMSIG(status)),
                  {{"standing", hands_.is_standing() ? "shutdown" : "none"}});
    if (hands_.is_standing() && !last_resort_.armed()) last_resort_.start(setup_.patience);
    worker_->start_later(loop_.now());
    worker_->watch.reset();
}

void Parent::on_courier_end() {
    int status = 0;
    if (::waitpid(courier_->process->pid(), &status, WNOHANG) == 0) return;
    courier_->watch.reset();
    courier_->process.reset();
    if (is_finishing_) return finish_if_alone();
    logger_.error("courier.died", "the process that delivers notifications is gone");
    courier_->start_later(loop_.now());
}

void Parent::on_sleep_watcher_end() {
    int status = 0;
    if (::waitpid(sleep_watcher_->process->pid(), &status, WNOHANG) == 0) return;
    sleep_watcher_->watch.reset();
    sleep_watcher_->process.reset();
    if (is_finishing_) return finish_if_alone();
    logger_.warning("sleep.died", "upsmon-sleep has ended, and is started again");
    sleep_watcher_->start_later(loop_.now());
}

void Parent::forward(int signal_number) {
    const bool is_end = signal_number != SIGHUP && signal_number != SIGUSR1;
    is_stopping_ = is_stopping_ || is_end;
    if (worker_->process) {
        (void)worker_->process->signal(signal_number);
        return;
    }
    if (is_end) finish(EXIT_SUCCESS);
}

void Parent::finish(int status) {
    status_ = status;
    is_finishing_ = true;
    worker_->watch.reset();
    worker_->again.stop();
    life_.stop();
    last_resort_.stop();
    courier_->again.stop();
    sleep_watcher_->again.stop();
    // The courier ends by itself when it has delivered what it was given.
    courier_line_.reset();
    courier_desk_.reset();
    worker_line_.reset();
    sleep_line_.reset();
    sleep_desk_.reset();
    farewell_.start(kLastWords);
    hands_.runner().on_idle([this] { finish_if_alone(); });
    finish_if_alone();
}

void Parent::finish_if_alone() {
    // A manager of services ends what a process leaves behind.
    const bool is_alone = !courier_->process && !sleep_watcher_->process;
    if (!hands_.is_busy() && (is_alone || !farewell_.armed())) loop_.stop();
}

}  // namespace ups::upsmon
