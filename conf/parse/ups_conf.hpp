// SPDX-License-Identifier: Apache-2.0
/// ups.conf: which UPSes there are, and how each is driven.
///
///     file     = *( key "=" value / flag ) *( "[" name "]" *( key "=" value / flag ) )
///
/// Keys are lower case, except `STATEPATH`, which any spelling names. Words after the value are ignored
/// with a warning, lines of two words without "=" are ignored. A section that comes again adds to its
/// first part, with a warning if both are in one file. Files `ups.conf.d/*.conf` beside ups.conf are read
/// after it, in order of their names.
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/problem.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

/// A key of a section that belongs to the driver.
struct DriverOption {
    std::string key;
    std::optional<std::string> value;  ///< absent for a bare flag word
    Place place;
};

enum class Synchronous : std::uint8_t { no, yes, automatic };

/// What may be set for all UPSes and again for one. In `UpsSection` these are the effective values.
struct DeviceDefaults {
    std::chrono::seconds max_start_delay{75};
    unsigned max_retry = 1;
    std::chrono::seconds retry_delay{5};
    bool nowait = false;
    std::chrono::seconds poll_interval{2};
    Synchronous synchronous = Synchronous::automatic;
    std::string user;   ///< empty: the packaged account
    std::string group;  ///< empty: the packaged group
    unsigned debug_min = 0;
    unsigned libusb_debug = 0;
    std::int64_t reconnect_max_tries = -1;
    std::int64_t reconnect_report_freq = -1;
};

struct UpsSection : DeviceDefaults {
    std::string name;    ///< as written
    std::string driver;  ///< as written: it is part of the socket's name
    std::string port;
    std::string desc;  ///< empty: none
    int sd_order = 0;  ///< round of `upsdrvctl shutdown`; negative: never
    std::string sd_commands;
    bool allow_killpower = false;
    bool nolock = false;
    bool ignore_lb = false;
    /// `default.<var>` and `override.<var>`: key is the variable.
    std::vector<DriverOption> defaults;
    std::vector<DriverOption> overrides;
    /// All other keys, in the order of the file; a repeated key keeps its place and takes the last value.
    std::vector<DriverOption> driver_options;
    Place place;  ///< of the section's first header
};

struct UpsConf : DeviceDefaults {
    std::string chroot;
    std::string driver_path;  ///< empty: built in
    std::string state_path;   ///< empty: not given
    /// Sections with a driver and a port, in the order of the file. Names differ by more than case.
    std::vector<UpsSection> ups;

    /// The section called exactly `name`, or nullptr. Views `ups`.
    [[nodiscard]] const UpsSection* find(std::string_view name) const noexcept;
};

/// Reads `folder`/ups.conf and `folder`/ups.conf.d. Fails only if ups.conf itself cannot be read.
[[nodiscard]] Result<Loaded<UpsConf>> load_ups_conf(FileSource& files, const std::string& folder);
/// As `load_ups_conf` for text at hand; `file` is used in places.
[[nodiscard]] Loaded<UpsConf> parse_ups_conf(std::string_view text, const std::string& file);

/// Applies one option to a section as a line of ups.conf would (`upsdrv -x key[=value]`). Appends to
/// `problems` what is wrong with it. Also takes `driver`, `port` and `desc`.
void apply_option(UpsSection& ups, std::string_view key, std::optional<std::string_view> value,
                  const Place& place, std::vector<Problem>& problems);

/// Equal in everything a driver can notice, wherever in the files it was written.
[[nodiscard]] bool same_settings(const UpsSection& a, const UpsSection& b);

/// `<state_path>/<driver>-<ups>`.
[[nodiscard]] std::string driver_socket_path(std::string_view state_path, const UpsSection& ups);
/// `<pid_path>/<driver>-<ups>.pid`.
[[nodiscard]] std::string driver_pid_path(std::string_view pid_path, const UpsSection& ups);

}  // namespace ups::conf
