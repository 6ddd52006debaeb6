// SPDX-License-Identifier: Apache-2.0
/// The directives of the configuration files as rows: from them come parsing, checking and the manual
/// pages. To add a directive: a row here, its effect in `conf/parse`, the sample, a bad-value case.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace ups::conf {

enum class File : std::uint8_t { ups_conf, upsd_conf, upsd_users, nut_conf, upsmon_conf, upssched_conf };

/// Where in its file a directive may stand.
enum class Section : std::uint8_t {
    global,  ///< ups.conf before the first section; the whole of the other files without sections
    device,  ///< inside a `[ups]` section of ups.conf
    user,    ///< inside a `[user]` section of upsd.users
};

enum class Type : std::uint8_t {
    flag,      ///< stands alone; with `boolean_value` also `name = yes|no`
    boolean,   ///< true/false, yes/no, on/off, 1/0
    integer,   ///< decimal, `least`…`most`
    seconds,   ///< decimal, `least`…`most`
    decimal,   ///< decimal with a fraction
    mode,      ///< octal permission bits
    choice,    ///< one word of `choices`, any case
    text,      ///< any one word
    path,      ///< a file or folder
    words,     ///< any number of words
    listen,    ///< address and optional port
    obsolete,  ///< understood, answered with a warning, without effect
};

/// Properties of a row that only some readers care about.
enum RowFlag : std::uint16_t {
    kSecret = 1,       ///< the value never appears in a message
    kRestart = 2,      ///< read at start only; a reload does not change it
    kOurs = 4,         ///< not known to the incumbent
    kRepeatable = 8,   ///< each occurrence adds to the earlier ones
    kAnyCase = 16,     ///< the name is recognised in any case
    kDriver = 32,      ///< a driver's own option: checked here only as far as all drivers agree
    kRequired = 64,
    kPrefix = 128,     ///< `name` ends in '.', anything may follow
    kEnvironment = 256,  ///< an environment variable of the same name overrides it
};

inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

struct Row {
    Section section = Section::global;
    std::string_view name;     ///< as it is written in the file
    Type type = Type::text;
    std::string_view arguments;  ///< shape for people: "ADDR [PORT]"
    std::string_view fallback;   ///< the value without the directive; empty: none or see `help`
    std::int64_t least = 0;
    std::int64_t most = kNoLimit;
    std::string_view choices = {};  ///< blank-separated
    std::string_view since = {};    ///< first release of the incumbent that knows it; empty: 2.7 or older
    std::string_view family = {};   ///< which drivers take it, for `kDriver` rows
    std::uint16_t flags = 0;
    std::string_view help = {};     ///< one or two sentences, plain text

    [[nodiscard]] constexpr bool has(RowFlag flag) const noexcept { return (flags & flag) != 0; }
};

/// All directives of a file, in the order a manual page shows them. Static storage. Options that belong
/// to drivers are not among them.
[[nodiscard]] std::span<const Row> rows(File file);

/// The options of ups.conf sections that belong to drivers, as far as they are known here; grouped by
/// `family`. All are `kDriver` rows of `Section::device`. Static storage.
[[nodiscard]] std::span<const Row> driver_option_rows();

/// "ups.conf", "upsd.conf" and so on.
[[nodiscard]] std::string_view file_name(File file) noexcept;

/// The row of `name` in a section, or nullptr. Case counts except for `kAnyCase` rows and upsd.users.
/// `default.battery.charge` finds the row `default.`.
[[nodiscard]] const Row* find_row(File file, Section section, std::string_view name);

/// The directive most likely meant by `name`; views static storage.
[[nodiscard]] std::optional<std::string_view> nearest_row(File file, Section section,
                                                          std::string_view name);

}  // namespace ups::conf
