// SPDX-License-Identifier: Apache-2.0
/// Delivers notifications from this process: `wall`, NOTIFYCMD, sendmail, the program that posts, and the
/// journal; and runs what rules run. Mail and posts that fail are tried again; too many messages are told
/// together.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/journal.hpp"
#include "tools/upsmon/child_runner.hpp"
#include "tools/upsmon/courier.hpp"
#include "tools/upsmon/delivery_queue.hpp"
#include "tools/upsmon/notify_limit.hpp"
#include "tools/upsmon/rule_runner.hpp"

#include <functional>
#include <map>
#include <string>

namespace ups::upsmon {

class LocalCourier final : public Courier {
  public:
    struct Places {
        std::string webhook_program;  ///< path of upsmon-webhook
        std::string journal{kJournalSocket};
    };
    LocalCourier(Loop& loop, Places places, const Logger& logger);

    /// Takes commands, addresses and limits over from these settings; what waits keeps the old ones.
    void use(const conf::UpsmonConf& conf);
    void deliver(const Message& message) override;
    void run(const RuleCommand& command) override;
    /// The end is near: what waits goes now, and fails for good if it fails once more.
    void finish();
    /// Nothing runs, nothing waits.
    [[nodiscard]] bool is_idle() const;
    /// Called for each delivery when it has an end: what it was, and how that went, for people.
    void on_outcome(
        std::move_only_function<void(const std::string& what, const std::string& how)> task) {
        on_outcome_ = std::move(task);
    }
    /// How many deliveries were given up so far.
    [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
    /// Called whenever it has become idle; may end the loop.
    void on_idle(std::move_only_function<void()> task) { on_idle_ = std::move(task); }

  private:
    struct Delivery {
        Way way = Way::wall;
        std::string type;  ///< NOTIFYTYPE
        Command command;
    };
    struct HeldBack {
        Way way = Way::wall;
        Message last;
    };

    void take(Way way, const Message& message);
    void send(Way way, const Message& message);
    void send_posts(const Message& message);
    void add(Way way, const Message& message, Command command);
    void write_journal(const Message& message);
    void release(const std::vector<NotifyLimit::Held>& all);
    void on_time();
    void set_timer();
    void tell_idle();
    void on_end(DeliveryQueue::Id id, int status);
    void tell_fate(const Delivery& delivery, DeliveryQueue::Fate fate, unsigned tries, int status);

    Loop& loop_;
    Places places_;
    Logger logger_;
    ChildRunner runner_;
    RuleRunner rules_;
    NotifyLimit limit_;
    DeliveryQueue queue_;
    std::map<DeliveryQueue::Id, Delivery> deliveries_;
    std::map<std::string, HeldBack> held_;  ///< by key of the limit
    std::vector<std::string> notify_command_;
    std::vector<std::string> mail_to_;
    std::string mail_from_;
    std::vector<std::string> sendmail_;
    std::vector<conf::Webhook> webhooks_;
    std::chrono::seconds timeout_{30};
    std::size_t dropped_ = 0;
    std::size_t failures_ = 0;
    std::move_only_function<void()> on_idle_;
    std::move_only_function<void(const std::string&, const std::string&)> on_outcome_;
    Timer timer_;
};

/// What runs NOTIFYCMD, given as its words, for a text: one word is a line for the shell, as it always was,
/// and more are a program with arguments. The text comes last, and is never read by the shell.
[[nodiscard]] std::vector<std::string> notify_words(const std::vector<std::string>& command,
                                                    const std::string& text);

}  // namespace ups::upsmon
