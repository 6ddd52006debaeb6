// SPDX-License-Identifier: Apache-2.0
/// The state machine and the rules at work: what feeds report goes in, and what they want is done, in order.
#pragma once

#include "lib/base/log.hpp"
#include "lib/client/connection.hpp"
#include "tools/upsmon/clock_watch.hpp"
#include "tools/upsmon/configuration.hpp"
#include "tools/upsmon/decide/machine.hpp"
#include "tools/upsmon/guardian.hpp"
#include "tools/upsmon/memory.hpp"
#include "tools/upsmon/notifier.hpp"
#include "tools/upsmon/plan/engine.hpp"
#include "tools/upsmon/recovery/recovery.hpp"
#include "tools/upsmon/wake_order.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon {

/// All of it outlives the monitor.
struct MonitorParts {
    client::Services services;
    Notifier& notifier;
    Guardian& guardian;
    Waker& waker;
    Logger logger;
    bool needs_recovery = false;  ///< this host went down with its UPS the last time
    Fd memory{};                  ///< what an earlier worker knew; may be none
};

class Monitor final : private FeedHandler {
  public:
    Monitor(MonitorParts parts, std::shared_ptr<const Configuration> configuration,
            Standing standing);
    ~Monitor() override;

    /// Connects to every server.
    void start();
    /// Something happened, other than on a feed or by time. `event` views nothing.
    void take(const Event& event);
    /// Takes new settings, or says why not and keeps the old ones.
    [[nodiscard]] Result<void> reload(std::shared_ptr<const Configuration> configuration);
    /// Takes leave of every server; nothing is decided any more. The loop stops a moment later.
    void leave();

    [[nodiscard]] const Configuration& configuration() const noexcept { return *configuration_; }
    /// In a few words: how many UPSes, how many in reach, what is going on.
    [[nodiscard]] std::string status_text() const;

  private:
    friend struct Performer;
    friend struct StepPerformer;
    void on_feed_event(const Event& event) override { take(event); }
    void process(const Event& event);
    void notice_time_away();
    void begin_anew();
    [[nodiscard]] bool is_out_of_date(const Event& event) const;
    void perform(const Action& action);
    void rearrange();
    void follow_rules();
    void read_feeds();
    void on_order_end(const std::string& rule, const std::string& ups, const std::string& action,
                      const Result<std::string>& end);
    void begin_recovery(bool is_needed);
    void follow_recovery();
    void recover(const recovery::Event& event);
    void perform_recovery(const recovery::Order& order);
    void ask_who_is_there();
    void list_clients();
    [[nodiscard]] recovery::event::Supply supply() const;
    void finish();
    void finish_when_given();
    [[nodiscard]] std::unique_ptr<FeedLink> make_link(FeedIndex index);

    MonitorParts parts_;
    std::shared_ptr<const Configuration> configuration_;
    std::shared_ptr<const Configuration> offered_;  // while a reload is judged
    Result<void> verdict_{};                        // on it
    Memory memory_;
    State state_;
    Duration poll_;
    std::vector<std::unique_ptr<FeedLink>> links_;    // by feed
    std::vector<std::unique_ptr<FeedLink>> leaving_;  // say good-bye
    std::deque<Event> queue_;                         // came while others were worked on
    plan::State rules_state_;                         // of `configuration_->rules`
    plan::Readings readings_;
    recovery::Plan recovery_plan_;
    recovery::State recovery_;
    std::deque<recovery::Event> recovery_events_;  // came while others were worked on
    std::map<std::string, std::vector<std::string>> clients_by_ups_;
    std::optional<Instant> called_off_seen_;
    Timer recovery_timer_;
    Timer recovery_clients_timer_;
    ClockWatch clock_watch_;
    Timer timer_;
    Timer rules_timer_;
    Timer unconfirmed_;
    Timer farewell_;
    bool is_busy_ = false;
    bool is_recovering_ = false;
    bool is_over_ = false;
    bool is_new_ =
        false;  // what the connections still say is from before this host slept or stood still
    bool has_asked_ = false;  // a rule has asked to shut this host down, and it stands
};

}  // namespace ups::upsmon
