// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/driver_connection.hpp"

#include "lib/event/listener.hpp"

#include <algorithm>

namespace ups::upsd {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstWait = 100ms;
constexpr std::chrono::milliseconds kLongestWait = 2s;
/// The same failure is reported this often.
constexpr Duration kReportEvery = 300s;
/// A driver that leaves this much unread is not sent more.
constexpr StreamLimits kStreamLimits{.high_water = std::size_t{64} * 1024};

/// What stock logs call the socket: its name in the state directory.
std::string_view socket_name(const UpsSettings& settings) {
    const std::string_view path = settings.socket_path;
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

DriverConnection::DriverConnection(Loop& loop, Engine& engine, Ups& ups)
    : loop_(loop), engine_(engine), ups_(ups), timer_(loop, [this] { on_timer(); }),
      wait_(kFirstWait) {
    try_connect();
}

DriverConnection::~DriverConnection() {
    if (stream_) ups_.link.disconnected();
}

void DriverConnection::try_connect() {
    auto fd = connect_unix(ups_.settings.socket_path);
    if (!fd) {
        report_failure(fd.error());
        timer_.start(wait_);
        wait_ = std::min(wait_ * 2, kLongestWait);
        return;
    }
    reported_.reset();
    engine_.parts().logger.info("driver.connected", std::string("Connected to UPS [")
                                                        .append(ups_.settings.name)
                                                        .append("]: ")
                                                        .append(socket_name(ups_.settings)));
    stream_ = std::make_unique<Stream>(loop_, std::make_unique<PlainIo>(std::move(*fd)), *this,
                                       kStreamLimits);
    engine_.driver_connected(ups_, *this);
    arm();
}

void DriverConnection::report_failure(const Error& error) {
    const Instant now = loop_.now();
    if (reported_ && now - *reported_ < kReportEvery) return;
    reported_ = now;
    std::string_view reason = error.text;
    if (const std::size_t at = reason.rfind(": "); at != std::string_view::npos)
        reason.remove_prefix(at + 2);
    engine_.parts().logger.warning("driver.unreachable", std::string("Can't connect to UPS [")
                                                             .append(ups_.settings.name)
                                                             .append("] (")
                                                             .append(socket_name(ups_.settings))
                                                             .append("): ")
                                                             .append(reason));
}

void DriverConnection::on_timer() {
    if (!stream_) return try_connect();
    engine_.driver_time(ups_, loop_.now());
    arm();
}

void DriverConnection::arm() {
    // The deadline only moves away while the driver talks, so a timer that is set fires early
    // enough.
    if (timer_.armed()) return;
    if (const auto when = ups_.link.deadline()) timer_.start_at(*when);
}

bool DriverConnection::send(std::string_view lines) {
    if (!stream_ || stream_->over_high_water() || stream_->is_finishing()) return false;
    stream_->send(lines);
    return !stream_->is_finishing();
}

void DriverConnection::on_bytes(Stream&, std::string_view bytes) {
    engine_.driver_bytes(ups_, bytes);
    // Only a driver that works is connected to again without delay.
    if (ups_.link.is_dump_done()) wait_ = kFirstWait;
}

void DriverConnection::on_end(Stream& stream, StreamEnd) {
    const std::string problem = stream.problem();
    engine_.parts().logger.warning("driver.lost", std::string("Lost connection to UPS [")
                                                      .append(ups_.settings.name)
                                                      .append("]")
                                                      .append(problem.empty() ? "" : ": ")
                                                      .append(problem));
    timer_.start(wait_);
    wait_ = std::min(wait_ * 2, kLongestWait);
    engine_.driver_lost(ups_);
    stream_.reset();
}

}  // namespace ups::upsd
