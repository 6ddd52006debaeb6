// SPDX-License-Identifier: Apache-2.0
/// One UPS that is logged: its values as they come, and a record whenever one is due.
#pragma once

#include "lib/client/watch.hpp"
#include "tools/upslog/format.hpp"
#include "tools/upslog/log_file.hpp"

#include <string>

namespace ups::upslog {

/// What all records of a run have in common. Outlives the targets.
struct Style {
    Format format{kDefaultFormat};
    std::vector<std::string> json_names;  ///< empty: all variables
    std::string host;
    int pid = 0;
    bool json = false;
    bool with_name = false;
    bool changes = false;
    unsigned count = 0;  ///< records until a target is done; 0: never
    std::chrono::seconds interval{30};
};

class Target final : private client::WatchHandler {
  public:
    /// Changes that come within this time make one record.
    static constexpr std::chrono::milliseconds kGather{20};

    /// `name`: the UPS at its server; `text`: as records show it. `file` and `style` outlive the target.
    Target(Loop& loop, const std::string& name, std::string text, LogFile& file,
           const Style& style);

    void attach(client::Connection& connection);
    /// The connection is lost, or could not be made.
    void detach();
    void on_event(const client::Event& event) { watch_.on_event(event); }
    /// The interval has passed. The record is written as soon as the server has answered, or at once where
    /// it pushes changes anyway. A server that has not answered since the last time costs that record its
    /// values (NA).
    void record();

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const LogFile& file() const noexcept { return file_; }
    [[nodiscard]] bool is_done() const noexcept {
        return style_.count > 0 && written_ >= style_.count;
    }

  private:
    void on_value(std::string_view name, std::string_view value) override;
    void on_removed(std::string_view name) override;
    void on_trouble(const client::Failure& why) override;
    void on_good() override;
    void note_change(std::string_view name);
    void settle(bool good);
    void write();

    Loop& loop_;
    std::string text_;
    LogFile& file_;
    const Style& style_;
    client::Watch watch_;
    Timer change_;
    Values values_;
    unsigned written_ = 0;
    bool attached_ = false;
    bool was_tried_ = false;  // the first connection has come to something, or to nothing
    bool good_ = false;
    bool due_ = false;
};

}  // namespace ups::upslog
