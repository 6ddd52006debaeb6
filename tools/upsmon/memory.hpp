// SPDX-License-Identifier: Apache-2.0
/// What a worker knew, for the next one: an anonymous file that the parent makes, hands on and never reads.
///
///     file   = *record                     one for each MONITOR line, in order
///     record = name words mains check      24 bytes; one whose check is wrong is skipped
#pragma once

#include "lib/base/fd.hpp"
#include "tools/upsmon/decide/recall.hpp"

#include <optional>
#include <vector>

namespace ups::upsmon {

class Memory {
  public:
    /// More than that are not kept.
    static constexpr std::size_t kMost = 4096;

    /// A file for `Memory`, of no name; empty where there are none.
    [[nodiscard]] static Fd make();
    /// `file` may be none: then nothing is kept.
    explicit Memory(Fd file) : file_(std::move(file)) {}

    [[nodiscard]] std::vector<Remembered> read() const;
    /// Writes what has changed since the last call.
    void keep(const State& state);

  private:
    Fd file_;
    std::vector<std::optional<Remembered>> kept_;  // by position
};

}  // namespace ups::upsmon
