// SPDX-License-Identifier: Apache-2.0
/// Hands notifications to the process that delivers them.
///
/// That process is not confined as the worker is: `wall` needs the right to write to terminals, and
/// NOTIFYCMD is whatever the administrator wrote. It takes texts only; which commands it runs it reads
/// from the configuration itself.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/base/log.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsmon/courier.hpp"
#include "tools/upsmon/wake_order.hpp"

#include <array>
#include <functional>

namespace ups::upsmon {

class RemoteCourier final : public Courier {
  public:
    /// `channel`: a SOCK_SEQPACKET socket.
    RemoteCourier(Fd channel, const Logger& logger)
        : channel_(std::move(channel)), logger_(logger) {}
    /// What does not fit into the socket is dropped with a line in the log.
    void deliver(const Message& message) override;
    void run(const RuleCommand& command) override;
    void reload() override;

  private:
    void send(std::string_view packet);

    Fd channel_;
    Logger logger_;
};

/// The other end.
class CourierDesk {
  public:
    /// `courier` outlives it. `on_reload` and `on_end` (nobody can send any more) are called from the loop.
    CourierDesk(Loop& loop, Fd channel, Courier& courier, std::move_only_function<void()> on_reload,
                std::move_only_function<void()> on_end);

    /// Lets `waker` take steps of the recovery plan, and answers with how they end. It outlives this.
    void serve(Waker& waker);

  private:
    void on_readable();

    Fd channel_;
    Courier& courier_;
    Waker* waker_ = nullptr;
    std::move_only_function<void()> on_reload_;
    std::move_only_function<void()> on_end_;
    std::array<char, kMaxPacket> buffer_{};
    IoWatch watch_;
};

}  // namespace ups::upsmon
