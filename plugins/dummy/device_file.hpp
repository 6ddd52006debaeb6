// SPDX-License-Identifier: Apache-2.0
/// Device files: the dumps and sequences that the dummy driver plays.
///
///     line       = [ entry / annotation / comment ] LF
///     entry      = name ":" [ SP ] value [ remark ]      a value, kept byte for byte
///                / name SP value [ remark ]              the same; `name` must contain a "."
///                / "TIMER" SP seconds                    later lines take effect after that time
///                / "ALARM" [ SP text ]                   the alarm; no text = no alarm
///     value      = raw / DQUOTE *( char / "\" char ) DQUOTE     quotes count only around the whole value
///     annotation = [ "#" ] "RW:" name ":STRING" [ ":" length ]
///                / [ "#" ] "RW:" name ":ENUM:" DQUOTE value DQUOTE
///                / [ "#" ] "RW:" name ":RANGE:" DQUOTE min DQUOTE SP DQUOTE max DQUOTE
///                / [ "#" ] "CMD:" name
///     remark     = "#BAD" / "#COMMENT" / "#" followed by a blank, each after a blank; up to LF
///     comment    = *SP "#" anything
///
/// It is the format of stock `dummy-ups` files and of the device dump library. Values are not split into
/// words: blanks, `\`, `=` and a `#` inside a word are part of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ups::dummy {

enum class EntryKind : std::uint8_t { value, alarm, timer };

/// One line that does something when its time comes.
struct Entry {
    EntryKind kind = EntryKind::value;
    std::string name;    ///< value: the variable
    std::string text;    ///< value: its value; alarm: the text, empty = no alarm
    double seconds = 0;  ///< timer: how long to wait, 0..kMaxTimer
};

enum class RuleKind : std::uint8_t { text, choice, range };

/// A variable that clients may set.
struct Rule {
    RuleKind kind = RuleKind::text;
    std::string variable;
    std::uint32_t max_length = 0;  ///< text: 0 = not told
    std::string first;             ///< choice: the value; range: the minimum
    std::string second;            ///< range: the maximum

    bool operator==(const Rule&) const = default;
};

/// A line that was ignored, and why. `line` and `column` count from 1.
struct Problem {
    int line = 0;
    int column = 0;
    std::string text;
};

struct DeviceFile {
    std::vector<Entry> entries;  ///< in the order of the file
    std::vector<Rule> rules;
    std::vector<std::string> commands;
    std::vector<Problem> problems;
};

/// Longest TIMER, in seconds.
inline constexpr double kMaxTimer = 31'536'000;

/// Reads a whole file. Never fails: a line that breaks the grammar is a problem and has no effect.
[[nodiscard]] DeviceFile parse_device_file(std::string_view text);

/// 1 to 64 letters, digits, ".", "-" and "_".
[[nodiscard]] bool is_variable_name(std::string_view text) noexcept;

}  // namespace ups::dummy
