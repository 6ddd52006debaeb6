// SPDX-License-Identifier: Apache-2.0
/// The variables of one UPS as they change: pushed where the server knows SUBSCRIBE, polled where not.
/// Its user sees no difference, and after a reconnect only what really changed meanwhile.
#pragma once

#include "lib/base/text.hpp"
#include "lib/client/connection.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ups::client {

struct WatchOptions {
    std::string ups;
    /// Variable names, or prefixes that end in "."; none: everything.
    std::vector<std::string> filters;
    /// Between polls, and between attempts to subscribe to a UPS that has no data.
    Duration poll = std::chrono::seconds(5);
};

class WatchHandler {
  public:
    virtual ~WatchHandler() = default;
    /// A variable is new or has a new value. Views are valid during the call.
    virtual void on_value(std::string_view name, std::string_view value) = 0;
    /// A variable that was reported is not there any more.
    virtual void on_removed(std::string_view name) = 0;
    /// The UPS has no good data, or the server refuses it; called when the reason changes. It is tried
    /// again, and values reported before stay as they are.
    virtual void on_trouble(const Failure& why) = 0;
    /// The data is good: once after each `attach`, and whenever trouble ends.
    virtual void on_good() = 0;
};

class Watch {
  public:
    /// `handler` outlives the watch. Handlers must not destroy the watch.
    Watch(Loop& loop, WatchOptions options, WatchHandler& handler);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Starts on a connection that is ready and outlives the watch or the next `detach`.
    void attach(Connection& connection);
    /// Stops; call it when the connection is lost. What is known stays for the next `attach`.
    void detach();
    /// Asks now where changes are not pushed, instead of waiting for the next poll; `on_good` or
    /// `on_trouble` follows in any case. Does nothing where they are, or while an answer is due.
    void refresh();
    /// To be called for every event of the connection. False if it is about another UPS.
    bool on_event(const Event& event);

    /// Whether changes are pushed; false before the server's answer and while polling.
    [[nodiscard]] bool is_pushed() const noexcept { return mode_ == Mode::pushed; }

  private:
    enum class Mode : std::uint8_t { idle, subscribing, pushed, polled };

    void subscribe();
    void poll();
    void ask(const Request& request);
    void on_answer(Answer<Reply> answer);
    void on_failure(const Failure& failure);
    void on_timer();
    void take_snapshot(const Reply& reply);
    void take_first_snapshot(const Reply& reply);
    void remove_unseen();
    void take_value(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    void set_trouble(const Failure& why);
    void set_good();
    [[nodiscard]] bool wants(std::string_view name) const;
    /// The one variable to GET instead of LIST, if that is all that is watched.
    [[nodiscard]] const std::string* single() const;

    WatchOptions options_;
    WatchHandler& handler_;
    Connection* connection_ = nullptr;  // lent between attach and detach
    Timer timer_;
    std::map<std::string, std::string, ILess> known_;
    /// Names known from before that a server without data has not confirmed yet.
    std::set<std::string, ILess> unseen_;
    std::string trouble_;  // text of the reported trouble; empty: none
    Mode mode_ = Mode::idle;
    bool good_was_told_ = false;
    std::shared_ptr<bool> attached_;  // shared with replies under way; false once detached
};

}  // namespace ups::client
