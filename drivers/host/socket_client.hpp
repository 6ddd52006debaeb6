// SPDX-License-Identifier: Apache-2.0
/// One client of the driver socket.
///
/// A client that does not read is never buffered without limit: above the stream's high-water mark its
/// broadcasts are not queued, only the names that changed; when it has caught up it gets the newest state
/// of each. Its own requests wait unread meanwhile.
#pragma once

#include "drivers/host/driver_state.hpp"
#include "drivers/host/requests.hpp"
#include "lib/base/words.hpp"
#include "lib/event/loop.hpp"
#include "lib/event/stream.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ups::host {

using ClientId = std::uint64_t;

class SocketClient;

/// What a client needs of its server.
class SocketClientOwner {
  public:
    virtual ~SocketClientOwner() = default;
    [[nodiscard]] virtual const DriverState& state() const = 0;
    [[nodiscard]] virtual Tokenizer& tokenizer() = 0;
    /// SET or INSTCMD.
    virtual void on_request(ClientId client, ClientRequest request) = 0;
    /// A line that is no request.
    virtual void on_nonsense(ClientId client, std::string_view line) = 0;
    /// The client fell behind; from now on it has a limited time to catch up.
    virtual void on_lag(ClientId client) = 0;
    /// The connection is over, or must be; the owner destroys the client, now or later.
    virtual void on_client_end(ClientId client, std::string_view why) = 0;
};

/// Neither copied nor moved. `loop` and `owner` outlive it.
class SocketClient final : private StreamHandler {
  public:
    /// Output that may wait for the client before broadcasts are coalesced.
    static constexpr std::size_t kHighWater = std::size_t{256} * 1024;
    /// Changed names remembered for a client that lags; beyond them it is disconnected.
    static constexpr std::size_t kMaxDirty = 2 * (kMaxVariables + kMaxCommands);

    SocketClient(Loop& loop, ClientId id, std::unique_ptr<ByteIo> io, SocketClientOwner& owner);

    /// Lines for everyone: sent, or remembered by name. Nothing after NOBROADCAST.
    void broadcast(std::string_view lines);
    /// Lines for this client only.
    void reply(std::string_view lines) { stream_.send(lines); }
    /// Since when it does not take what it is sent.
    [[nodiscard]] std::optional<Instant> lags_since() const noexcept { return lags_since_; }
    void abort() { stream_.abort(); }

  private:
    enum class Renewal : std::uint8_t { value, whole };

    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;
    void on_drained(Stream& stream) override;
    void process();
    void handle(std::string_view line);
    void say(std::string_view lines);
    void remember(std::string_view lines);
    void catch_up();

    Loop& loop_;
    ClientId id_;
    SocketClientOwner& owner_;
    LineScanner scanner_;
    std::string input_;         // what is not handled yet; starts at a line
    std::size_t answered_ = 0;  // bytes, in this turn of the loop
    bool broadcast_ = true;
    std::optional<Instant> lags_since_;
    std::map<std::string, Renewal, ILess> dirty_variables_;
    Commands dirty_commands_;
    Timer more_input_;
    Stream stream_;
};

}  // namespace ups::host
