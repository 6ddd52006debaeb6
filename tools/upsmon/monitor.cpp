// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/monitor.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::upsmon {
namespace {

/// For good-byes to be sent; a server that does not take them learns it from the closed connection.
constexpr std::chrono::milliseconds kFarewell{200};
/// After so long a stop the connections are made anew, as after sleep.
constexpr std::chrono::seconds kLongStop{10};
/// For the privileged side to say that the command runs; it does so at once.
constexpr std::chrono::seconds kGivenLimit{30};

ups::LogLevel level_of(LogLevel level) {
    switch (level) {
    case LogLevel::info:
        return ups::LogLevel::info;
    case LogLevel::warning:
        return ups::LogLevel::warning;
    case LogLevel::error:
        return ups::LogLevel::error;
    }
    return ups::LogLevel::error;
}

}  // namespace

/// Does what the machine wants.
struct Performer {
    Monitor& self;

    [[nodiscard]] FeedLink& link(FeedIndex feed) const { return *self.links_[feed]; }

    void operator()(const action::Notify& notify) const {
        const FeedLink* from = notify.feed ? &link(*notify.feed) : nullptr;
        self.parts_.notifier.notify(self.configuration_->conf, notify,
                                    from == nullptr ? std::string() : from->monitor(),
                                    from == nullptr ? nullptr : &from->values());
    }
    void operator()(const action::Change& change) const {
        const std::string_view word = word_rows()[static_cast<std::size_t>(change.word)].name;
        self.parts_.logger.debug("status", change.is_there ? "appears" : "vanishes",
                                 {{"ups", printable(link(change.feed).monitor())}, {"word", word}});
    }
    void operator()(const action::Log& log) const {
        self.parts_.logger.write(level_of(log.level), "decision", log.text, {});
    }
    void operator()(const action::SendFsd& fsd) const { link(fsd.feed).send_fsd(); }
    void operator()(const action::ClearFsd& clear) const { link(clear.feed).clear_fsd(); }
    void operator()(const action::AskClients& ask) const { link(ask.feed).ask_clients(); }
    void operator()(const action::Remember& remember) const {
        self.parts_.guardian.remember(remember.is_standing);
    }
    void operator()(const action::Announce&) const { self.parts_.notifier.announce(); }
    void operator()(const action::ShutDown&) const {
        self.parts_.guardian.write_flag();
        self.parts_.guardian.shut_down();
    }
    void operator()(const action::Exit&) const { self.finish_when_given(); }
    void operator()(const action::SetPoll& poll) const {
        self.poll_ = poll.period;
        for (const auto& one : self.links_)
            one->set_poll(poll.period);
    }
    void operator()(const action::Drop& drop) const {
        self.parts_.logger.info("monitor.dropped", "no longer watched",
                                {{"ups", printable(drop.monitor)}});
    }
    void operator()(const action::Reloaded& reloaded) const {
        if (!reloaded.is_accepted) {
            self.verdict_ = fail(ErrorCode::invalid, reloaded.why);
            return;
        }
        self.rules_state_ =
            plan::carry_over(self.configuration_->rules, self.rules_state_, self.offered_->rules);
        self.configuration_ = std::exchange(self.offered_, nullptr);
        self.rearrange();
        self.begin_recovery(false);
    }
};

Monitor::Monitor(MonitorParts parts, std::shared_ptr<const Configuration> configuration,
                 Standing standing)
    : parts_(std::move(parts)), configuration_(std::move(configuration)),
      memory_(std::move(parts_.memory)),
      state_(initial(configuration_->settings, parts_.services.loop.now(), standing)),
      poll_(configuration_->settings->poll), rules_state_(plan::initial(configuration_->rules)),
      recovery_timer_(parts_.services.loop, [this] { recover(recovery::event::Tick{}); }),
      recovery_clients_timer_(parts_.services.loop, [this] { list_clients(); }),
      clock_watch_(parts_.services.loop, [this] { take(event::Tick{}); }),
      timer_(parts_.services.loop, [this] { take(event::Tick{}); }),
      rules_timer_(parts_.services.loop, [this] { take(event::Tick{}); }),
      unconfirmed_(parts_.services.loop,
                   [this] {
                       parts_.logger.error("shutdown", "nobody says that SHUTDOWNCMD runs");
                       leave();
                   }),
      farewell_(parts_.services.loop, [this] { parts_.services.loop.stop(); }) {
    for (const Remembered& known : memory_.read())
        recall(state_, known);
}

Monitor::~Monitor() = default;

std::unique_ptr<FeedLink> Monitor::make_link(FeedIndex index) {
    return std::make_unique<FeedLink>(parts_.services, configuration_->feed_options(index), index,
                                      static_cast<FeedHandler&>(*this), parts_.logger);
}

void Monitor::start() {
    const auto feeds = static_cast<FeedIndex>(configuration_->settings->feeds.size());
    for (FeedIndex index = 0; index < feeds; ++index)
        links_.push_back(make_link(index));
    for (const auto& link : links_)
        link->start(poll_);
    parts_.waker.on_end([this](const WakeEnd& end) {
        if (!is_over_) recover(recovery::event::Result{end.ticket, end.why.empty(), end.why});
    });
    begin_recovery(parts_.needs_recovery);
    take(event::Tick{});
}

void Monitor::take(const Event& event) {
    if (is_over_) return;
    // What is answered at once comes while an action is carried out; such events view nothing.
    if (is_busy_) {
        queue_.push_back(event);
        return;
    }
    is_busy_ = true;
    notice_time_away();
    if (!is_out_of_date(event)) {
        process(event);
        if (std::holds_alternative<event::SuspendFinished>(event)) begin_anew();
    }
    follow_rules();
    follow_recovery();
    while (!queue_.empty() && !is_over_) {
        const Event next = std::move(queue_.front());
        queue_.pop_front();
        process(next);
        follow_rules();
        follow_recovery();
    }
    is_busy_ = false;
}

/// Before anything else is worked off: neither timers nor readings from before are to be judged by now.
void Monitor::notice_time_away() {
    const ClockEvent found = clock_watch_.look();
    const std::string seconds =
        std::to_string(std::chrono::round<std::chrono::seconds>(found.length).count());
    switch (found.news) {
    case ClockNews::nothing:
        return;
    case ClockNews::slept:
        parts_.logger.info("slept", "this host slept", {{"seconds", seconds}});
        process(event::SuspendFinished{});
        return begin_anew();
    case ClockNews::stopped:
        parts_.logger.warning("stopped", "this process was stopped for a while",
                              {{"seconds", seconds}});
        process(event::Stopped{found.length});
        if (found.length >= kLongStop) begin_anew();
        return;
    case ClockNews::jumped:
        return process(event::TimeJump{});
    }
}

/// Connects to every server again at once. What is still to be read is from before, and a connection may
/// be dead without a sign.
void Monitor::begin_anew() {
    // During a shutdown orders are under way; a dead connection is found by asking.
    if (is_new_ || is_over_ || state_.phase != Phase::watching) return;
    is_new_ = true;
    for (const auto& link : links_)
        link->forget_reading();
    parts_.services.loop.defer([this] {
        is_new_ = false;
        if (is_over_) return;
        for (const auto& link : links_)
            link->connect_anew();
    });
}

bool Monitor::is_out_of_date(const Event& event) const {
    // Told by the service manager, and noticed already.
    if (std::holds_alternative<event::SuspendFinished>(event)) return !state_.suspended_until;
    return is_new_ && std::holds_alternative<event::Reading>(event);
}

void Monitor::process(const Event& event) {
    Step result = step(std::move(state_), event, parts_.services.loop.now());
    state_ = std::move(result.state);
    memory_.keep(state_);
    for (const Action& action : result.actions)
        perform(action);
    const auto next = deadline(state_);
    if (next && !is_over_)
        timer_.start_at(*next);
    else
        timer_.stop();
}

void Monitor::perform(const Action& action) {
    std::visit(Performer{*this}, action);
}

Result<void> Monitor::reload(std::shared_ptr<const Configuration> configuration) {
    verdict_ = {};
    offered_ = std::move(configuration);
    take(event::Reload{offered_->settings});
    offered_.reset();
    return verdict_;
}

void Monitor::rearrange() {
    std::vector<std::unique_ptr<FeedLink>> before = std::move(links_);
    links_.clear();
    for (FeedIndex index = 0; index < configuration_->settings->feeds.size(); ++index) {
        const std::string& monitor = configuration_->settings->feeds[index].monitor;
        const auto found = std::ranges::find_if(before, [&monitor](const auto& link) {
            return link != nullptr && link->monitor() == monitor;
        });
        if (found == before.end()) {
            links_.push_back(make_link(index));
            links_.back()->start(poll_);
            continue;
        }
        links_.push_back(std::move(*found));
        links_.back()->set_index(index);
        links_.back()->change(configuration_->feed_options(index));
    }
    // Kept until the next reload: they may be on the stack, and their good-bye is on its way.
    leaving_.clear();
    for (auto& link : before) {
        if (link == nullptr) continue;
        link->leave();
        leaving_.push_back(std::move(link));
    }
}

void Monitor::finish() {
    is_over_ = true;
    unconfirmed_.stop();
    timer_.stop();
    rules_timer_.stop();
    recovery_timer_.stop();
    recovery_clients_timer_.stop();
    for (const auto& link : links_)
        link->leave();
    farewell_.start(kFarewell);
}

/// A primary takes the log-out for the end of this host: so not before the flag is written and the command
/// runs.
void Monitor::finish_when_given() {
    unconfirmed_.start(kGivenLimit);
    parts_.guardian.when_given([this] { leave(); });
}

void Monitor::leave() {
    if (!is_over_) finish();
}

std::string Monitor::status_text() const {
    const auto good = std::ranges::count_if(
        state_.feeds, [](const FeedState& feed) { return feed.contact == Contact::good; });
    std::string text = std::to_string(good) + " of " + std::to_string(state_.feeds.size()) +
                       (state_.feeds.size() == 1 ? " UPS in reach" : " UPSes in reach");
    if (state_.phase != Phase::watching) text += ", shutting down";
    return text;
}

}  // namespace ups::upsmon
