// SPDX-License-Identifier: Apache-2.0
/// A file that records are appended to: kept through rotation, a full disk and its repair.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/base/log.hpp"
#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ups::upslog {

class LogFile {
  public:
    /// `path` "-" is standard output. Trouble and its end go to `logger`.
    LogFile(std::string path, const Logger& logger);

    /// Opens the file, or makes it. Fails with "could not open logfile PATH: reason".
    [[nodiscard]] Result<void> open();
    /// Opens the path anew (the old file was renamed); keeps the old descriptor if that fails.
    void reopen();
    /// Appends `record` and an LF with one write. A record that cannot be written is lost and counted; the
    /// first is reported, and so is the first that can be written again. What a full disk cut off in the
    /// middle is closed with an LF then, so that it spoils no other record.
    void write(std::string_view record);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool is_stdout() const noexcept { return path_ == "-"; }
    /// Records that were lost since the last good one.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
    /// The reader of standard output has gone: nothing can be written ever again.
    [[nodiscard]] bool is_over() const noexcept { return over_; }

  private:
    void lose(int error);
    void recover();

    std::string path_;
    Logger logger_;
    Fd fd_;
    std::uint64_t lost_ = 0;
    bool torn_ = false;  // the file ends in the middle of a record
    bool over_ = false;
};

}  // namespace ups::upslog
