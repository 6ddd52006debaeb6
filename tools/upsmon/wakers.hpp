// SPDX-License-Identifier: Apache-2.0
/// Who takes steps of the recovery plan: this process, or the courier.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/fd.hpp"
#include "lib/base/log.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsmon/child_runner.hpp"
#include "tools/upsmon/wake_order.hpp"

#include <array>
#include <vector>

namespace ups::upsmon {

/// Sends Wake-on-LAN packets and runs commands, those of its own settings only.
class LocalWaker final : public Waker {
  public:
    LocalWaker(Loop& loop, const Logger& logger) : runner_(loop, logger) {}
    /// Takes the steps over from these settings.
    void use(const conf::UpsmonConf& conf) { steps_ = conf.wake; }
    void wake(const WakeOrder& order) override;

  private:
    ChildRunner runner_;
    std::vector<conf::WakeStep> steps_;
};

/// Hands orders over a line, whose other end answers.
class RemoteWaker final : public Waker {
  public:
    /// `line`: a SOCK_SEQPACKET socket, which others may send over too.
    RemoteWaker(Loop& loop, Fd line);
    void wake(const WakeOrder& order) override;

  private:
    void on_readable();

    Fd line_;
    std::array<char, 2048> buffer_{};
    IoWatch watch_;
};

}  // namespace ups::upsmon
