// SPDX-License-Identifier: Apache-2.0
/// The modes that play a device file.
#pragma once

#include "board.hpp"
#include "player.hpp"

#include "kit/host.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::dummy {

enum class ReplayMode : std::uint8_t {
    once,  ///< to the end, and again when the file changes
    loop,  ///< again and again, with a pause of `kLoopPause_ms`
};

/// Plays `host.port()`. The methods are those of the plugin.
class Replay {
  public:
    Replay(kit::Host host, ReplayMode mode, BoardOptions options);

    [[nodiscard]] kit::Status open();
    [[nodiscard]] kit::Status poll();
    [[nodiscard]] kit::Status set(std::string_view name, std::string_view value);
    [[nodiscard]] kit::Status command(std::string_view name);

    /// Between the end of a file and its next beginning, as stock.
    static constexpr std::int64_t kLoopPause_ms = 1000;

  private:
    kit::Status load(std::int64_t start_ms);
    kit::Status reload();
    void use(const DeviceFile& file);
    void show_defaults(const DeviceFile& file);
    void show_commands(std::vector<std::string> commands);
    void advance();

    kit::Host host_;
    ReplayMode mode_;
    Board board_;
    std::optional<Player> player_;
    std::optional<std::uint64_t> stamp_;
    std::vector<Entry> entries_;  // of the file as last read, for the next round
    std::vector<std::string> commands_;
    bool missing_ = false;  // said in the log
};

}  // namespace ups::dummy
