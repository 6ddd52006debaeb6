// SPDX-License-Identifier: Apache-2.0
/// Steps of the recovery plan that the worker cannot take itself: it may start no programs, and sends to its
/// servers only. Another process takes them, and says how they end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ups::upsmon {

struct WakeOrder {
    std::uint32_t ticket = 0;
    std::string step;  ///< name of the WAKE line: what is done for it, the configuration says

    bool operator==(const WakeOrder&) const = default;
};

struct WakeEnd {
    std::uint32_t ticket = 0;
    std::string why;  ///< it failed: one line; empty: done

    bool operator==(const WakeEnd&) const = default;
};

class Waker {
  public:
    using Done = std::move_only_function<void(const WakeEnd&)>;

    virtual ~Waker() = default;
    /// Returns at once; the end is told from the loop or at once, if the taker of orders lives so long.
    virtual void wake(const WakeOrder& order) = 0;
    /// Who is told of the ends.
    void on_end(Done done) { done_ = std::move(done); }

  protected:
    void tell(const WakeEnd& end) {
        if (done_) done_(end);
    }

  private:
    Done done_;
};

/// Both as packets, and back. Nothing for bytes that are no such packet.
///
///     order = "W" ticket NUL step        ticket: decimal
///     end   = "D" ticket NUL why         why: cut at 1000 bytes
[[nodiscard]] std::string to_packet(const WakeOrder& order);
[[nodiscard]] std::string to_packet(const WakeEnd& end);
[[nodiscard]] std::optional<WakeOrder> wake_order_from_packet(std::string_view packet);
[[nodiscard]] std::optional<WakeEnd> wake_end_from_packet(std::string_view packet);

}  // namespace ups::upsmon
