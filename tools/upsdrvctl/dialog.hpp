// SPDX-License-Identifier: Apache-2.0
/// A short talk with a driver over its socket (driver-socket protocol as tools use it): ask for no
/// broadcasts, say one thing, take the answer, LOGOUT. Drivers that know only the older words stay
/// silent, so every talk has a deadline.
#pragma once

#include "lib/base/result.hpp"
#include "lib/base/words.hpp"
#include "lib/event/stream.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace ups::upsdrvctl {

/// What a driver told until it had told all, or the time was over.
struct DialogResult {
    bool connected = false;
    bool responsive = false;  ///< it answered PING, or the command
    std::optional<pid_t> pid;             ///< from its own words
    std::optional<pid_t> listener;        ///< from the kernel: who made the socket
    std::optional<std::string> status;    ///< ups.status
    std::optional<int> outcome;           ///< code of TRACKING; 0 is success
    std::string problem;                  ///< why there is no connection
};

class Dialog final : private StreamHandler {
  public:
    using Done = std::move_only_function<void(const DialogResult&)>;

    /// Asks whether the driver answers, which process it is and what the UPS's status is. `done` is
    /// called once, never from inside this call; it may destroy the dialog.
    Dialog(Loop& loop, const std::string& socket_path, Duration limit, Done done);
    /// Lets the driver run the instant command `command`.
    Dialog(Loop& loop, const std::string& socket_path, std::string_view command, Duration limit,
           Done done);
    Dialog(const Dialog&) = delete;
    Dialog& operator=(const Dialog&) = delete;

  private:
    void begin(Loop& loop, const std::string& socket_path, const std::string& request);
    void on_bytes(Stream& stream, std::string_view bytes) override;
    void on_end(Stream& stream, StreamEnd end) override;
    void take_line(std::string_view line);
    [[nodiscard]] bool is_complete() const;
    void finish();

    Done done_;
    bool is_command_;
    Duration limit_;
    std::string tracking_id_;
    Tokenizer tokenizer_{Charset::utf8};
    LineScanner scanner_;
    std::string input_;
    DialogResult result_;
    std::unique_ptr<Stream> stream_;
    Timer deadline_;
};

}  // namespace ups::upsdrvctl
