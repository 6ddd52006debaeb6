// SPDX-License-Identifier: Apache-2.0
/// Which lines of a device file are due when. No I/O: time comes in as milliseconds.
#pragma once

#include "device_file.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ups::dummy {

/// Plays the entries of one file once, from the first to the last. A value.
class Player {
  public:
    /// `start_ms`: when the first entry is due.
    Player(std::vector<Entry> entries, std::int64_t start_ms);

    /// The entries that became due since the last call, in order, timers among them. They stay valid
    /// until the player goes. Waits are counted from when the one before was due, not from when it was
    /// asked for; a player that is asked more than `kMaxLate_ms` late counts from then.
    [[nodiscard]] std::span<const Entry> take(std::int64_t now_ms);
    /// When the next entry is due; nothing at the end.
    [[nodiscard]] std::optional<std::int64_t> next_ms() const noexcept;
    /// All entries were taken, and the last of them was due then.
    [[nodiscard]] bool at_end() const noexcept { return next_ == entries_.size() && !waiting_; }
    [[nodiscard]] std::int64_t due_ms() const noexcept { return due_ms_; }

    static constexpr std::int64_t kMaxLate_ms = 1000;

  private:
    std::vector<Entry> entries_;
    std::size_t next_ = 0;
    std::int64_t due_ms_;   // of the entry at next_
    bool waiting_ = false;  // a timer was taken and has not run out
};

}  // namespace ups::dummy
