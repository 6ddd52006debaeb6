// SPDX-License-Identifier: Apache-2.0
/// Instant commands for one UPS, one after another, each followed to its end: an order is done when the
/// driver has said so, where the server can track that, else when the server has taken it.
///
///     order -> (an outlet by its name: LIST VAR) -> SET TRACKING ON -> INSTCMD -> GET TRACKING ... -> done
#pragma once

#include "lib/client/connection.hpp"
#include "tools/upsmon/plan/request.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace ups::upsmon {

/// What a UPS is to do.
struct UpsOrder {
    std::string command;  ///< "beeper.mute"; unused if there is an `outlet`
    std::string parameter{};
    std::optional<plan::OutletSwitch> outlet{};
};

class CommandQueue {
  public:
    /// More orders than that at once are refused.
    static constexpr std::size_t kMaxWaiting = 32;
    /// How long a driver may take; then the outcome is unknown.
    static constexpr std::chrono::seconds kTrackingLimit{30};
    static constexpr std::chrono::milliseconds kTrackingPeriod{500};

    /// How an order ended: the instant command that was carried out, or why it was not.
    using Done = std::move_only_function<void(const Result<std::string>& outcome)>;

    CommandQueue(Loop& loop, std::string ups);

    /// `connection` is ready, its user and password are told, and it lives until `detach`.
    void attach(client::Connection& connection);
    /// Refuses what is not done yet. To be called before or when the connection ends.
    void detach(const std::string& why);
    /// `done` is called once: at once without a connection, else from the loop.
    void push(UpsOrder order, Done done);

  private:
    using Answer = client::Answer<client::Reply>;
    using Taker = void (CommandQueue::*)(const client::Reply& reply);
    struct Waiting {
        UpsOrder order;
        Done done;
    };
    enum class Tracking : std::uint8_t { unknown, on, off };

    void next();
    void take_variables(const client::Reply& reply);
    void start_tracking();
    void send();
    void take_sent(const client::Reply& reply);
    void ask_progress();
    void take_progress(const client::Reply& reply);
    void ask(const client::Request& request, Taker taker);
    void finish(const Result<std::string>& outcome);

    std::string ups_;
    client::Connection* connection_ = nullptr;  // lent between attach and detach
    Timer progress_;
    std::deque<Waiting> waiting_;  // the first one is under way
    std::string tracking_id_;
    Instant give_up_{};
    Loop& loop_;
    Tracking tracking_ = Tracking::unknown;
};

}  // namespace ups::upsmon
