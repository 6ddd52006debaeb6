// SPDX-License-Identifier: Apache-2.0
/// The conversation with one driver: what it says goes into the UPS's state, what clients want goes
/// out. No I/O: bytes and times come in, lines go to a `DriverOutput`.
///
/// Grammar: `lib/proto/driver_line.hpp`. A message is one physical line. Stock drivers escape
/// values in dumps but not in live broadcasts, so a value that is not properly escaped is taken as
/// it stands between the first and the last quote of its line; then the link also asks for a fresh
/// dump, whose values are certain.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/log.hpp"
#include "lib/base/words.hpp"
#include "lib/proto/driver_line.hpp"
#include "lib/vars/ups_state.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/tracking.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ups::upsd {

/// Can the data of a UPS be served?
enum class Availability : std::uint8_t {
    disconnected,  ///< DRIVER-NOT-CONNECTED
    stale,         ///< DATA-STALE
    ready,
};

/// Where lines to the driver go.
class DriverOutput {
  public:
    virtual ~DriverOutput() = default;
    /// Sends whole lines. False if the driver cannot take them.
    virtual bool send(std::string_view lines) = 0;
};

/// What a link needs; all of it outlives the link.
struct DriverLinkParts {
    const Clock& clock;
    const Logger& logger;
    Tracking& tracking;
    Audit& audit;
    Tokenizer& tokenizer;
};

class DriverLink {
  public:
    /// `state` outlives the link.
    DriverLink(const DriverLinkParts& parts, vars::UpsState& state, std::chrono::seconds max_age);
    ~DriverLink();
    DriverLink(const DriverLink&) = delete;
    DriverLink& operator=(const DriverLink&) = delete;

    /// The driver's socket is connected; `output` stays valid until `disconnected()`. Asks for a
    /// dump.
    void connected(DriverOutput& output);
    /// The connection is gone, and with it everything the driver had said.
    void disconnected();
    /// Bytes from the driver, split anywhere.
    void on_bytes(std::string_view bytes);
    /// When `on_time` wants to be called; may be early, never late. Nothing while disconnected.
    [[nodiscard]] std::optional<Instant> deadline() const;
    /// Sends PING and notices silence.
    void on_time(Instant now);

    [[nodiscard]] Availability availability() const noexcept {
        if (output_ == nullptr) return Availability::disconnected;
        const bool said_stale = dump_ != Dump::first && !data_ok_;
        return silent_ || said_stale ? Availability::stale : Availability::ready;
    }
    /// False between connecting (or asking again) and DUMPDONE.
    [[nodiscard]] bool is_dump_done() const noexcept { return dump_ == Dump::done; }
    void set_max_age(std::chrono::seconds max_age) { max_age_ = max_age; }

    enum class Track : std::uint8_t { no, yes };
    struct Sent {
        bool delivered = false;
        std::string tracking;  ///< the id, if asked for and delivered
    };
    /// Hands a SET on. `name` in the driver's spelling.
    Sent send_set(std::string_view name, std::string_view value, Track track);
    /// Hands an INSTCMD on, with or without parameter.
    Sent send_command(std::string_view name, std::optional<std::string_view> parameter,
                      Track track);

  private:
    enum class Dump : std::uint8_t {
        none,   ///< not connected
        first,  ///< asked for; variables appear as they come
        done,
        again,  ///< asked for again; what is known stays until DUMPDONE
    };

    bool on_line(std::string_view line);
    bool apply(proto::DriverWord word, const LineWords& line);
    bool set_info(std::string_view line, const LineWords& words);
    bool set_flags(const LineWords& words);
    bool track(const LineWords& words);
    void dump_done();
    void ask_again();
    void check_availability();
    [[nodiscard]] Instant ping_due() const;
    void refuse(std::string_view line);
    Sent deliver(std::string line, Track track);

    // What tells whether data can be served comes first: each request needs it.
    DriverOutput* output_ = nullptr;  // until disconnected()
    Dump dump_ = Dump::none;
    Availability shown_ = Availability::disconnected;
    bool data_ok_ = false;
    bool silent_ = false;
    bool skipping_ = false;  // an overlong line, up to its end
    bool refusal_logged_ = false;
    DriverLinkParts parts_;
    vars::UpsState& state_;
    std::chrono::seconds max_age_;
    std::string partial_;  // the start of a line whose end has not arrived
    Instant heard_{};
    Instant pinged_{};
    std::optional<Instant> asked_again_;
    LinkNumber number_ = 0;
};

}  // namespace ups::upsd
