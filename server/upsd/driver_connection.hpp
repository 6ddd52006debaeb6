// SPDX-License-Identifier: Apache-2.0
/// A driver on the loop: joins a `DriverLink` to the driver's socket, and connects again when it is
/// lost.
#pragma once

#include "lib/event/stream.hpp"
#include "server/upsd/engine.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace ups::upsd {

class DriverConnection final : public StreamHandler, public DriverOutput {
  public:
    /// Tries to connect at once. All outlive the object.
    DriverConnection(Loop& loop, Engine& engine, Ups& ups);
    ~DriverConnection() override;
    DriverConnection(const DriverConnection&) = delete;
    DriverConnection& operator=(const DriverConnection&) = delete;

    [[nodiscard]] Ups& ups() noexcept { return ups_; }

  private:
    void try_connect();
    void report_failure(const Error& error);
    void on_timer();
    void arm();
    bool send(std::string_view lines) override;
    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;

    Loop& loop_;
    Engine& engine_;
    Ups& ups_;
    Timer timer_; // to connect again, or the link's deadline
    std::unique_ptr<Stream> stream_;
    std::chrono::milliseconds wait_;
    std::optional<Instant> reported_;
};

} // namespace ups::upsd
