// SPDX-License-Identifier: Apache-2.0
/// What a replayed device shows: values with their types, and the status with its alarm.
#pragma once

#include "device_file.hpp"

#include "kit/host.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ups::dummy {

/// Which variables clients may set.
enum class Writable : std::uint8_t {
    automatic,  ///< the annotated ones if the file annotates any, else all
    all,
    listed,
};

/// `driver.*` lines of a file: shown, or left out as stock does.
enum class DriverVars : std::uint8_t { replay, own };

struct BoardOptions {
    Writable writable = Writable::automatic;
    DriverVars driver_vars = DriverVars::replay;
    bool compose_status = false;  ///< hand the status words to the host, for its low-battery rules
};

/// Publishes to the host. Lives as long as the plugin instance.
class Board {
  public:
    Board(kit::Host host, BoardOptions options) : host_(host), options_(options) {}

    /// The annotations of a file. What is shown already gets its type anew if they changed.
    void use_rules(std::vector<Rule> rules);
    /// Shows a value of the file. An empty one withdraws a variable that had a value before, and is shown
    /// as it is otherwise. What the host refuses is logged once per name.
    void assign(std::string_view name, std::string_view value);
    /// A value that a client set; an empty one withdraws the variable, as stock does.
    [[nodiscard]] kit::Status set_by_client(std::string_view name, std::string_view value);
    /// The alarm of the file; empty = none.
    void set_alarm(std::string_view text);
    /// Shows status and alarm. Call once after the changes of a reading.
    void show_status();

    [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
    /// Adds or removes one word of the status.
    void change_status(std::string_view word, bool present);

  private:
    void withdraw(std::string_view name);
    kit::Status publish(std::string_view name, std::string_view value);
    void add_type(std::string_view name, std::string_view value);
    bool add_listed_type(std::string_view name, std::string_view value);

    kit::Host host_;
    BoardOptions options_;
    std::vector<Rule> rules_;
    std::map<std::string, std::string, std::less<>> values_;  // what is shown
    std::set<std::string, std::less<>> had_value_;            // was not empty once
    std::set<std::string, std::less<>> refused_;              // logged
    std::string status_;
    std::string alarm_;
    bool status_changed_ = false;
    bool alarm_shown_ = false;
};

}  // namespace ups::dummy
