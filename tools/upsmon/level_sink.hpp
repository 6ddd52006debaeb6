// SPDX-License-Identifier: Apache-2.0
/// A log whose level changes while loggers that were made from it are in use: for a reload.
#pragma once

#include "lib/base/log.hpp"

namespace ups::upsmon {

class LevelSink final : public LogSink {
  public:
    /// `inner` outlives it. Loggers on it are made with the level of debugging, and this decides.
    LevelSink(LogSink& inner, ups::LogLevel most) : inner_(inner), most_(most) {}
    void set_most(ups::LogLevel most) noexcept { most_ = most; }
    void write(ups::LogLevel level, std::string_view line) noexcept override {
        if (level <= most_) inner_.write(level, line);
    }

  private:
    LogSink& inner_;
    ups::LogLevel most_;
};

}  // namespace ups::upsmon
