// SPDX-License-Identifier: Apache-2.0
/// The record format of `upslog -f`.
///
///     format  = *( literal / "%%" / "%t" / "%" escape "%" )
///     escape  = "TIME " strftime-format-with-@-for-% / "ETIME" / "HOST" / "UPSHOST" / "PID" / "VAR " name
///
/// Other escapes print INVALID. So does a "%" that nothing closes; the text behind it is then literal.
/// What follows one of the plain words is ignored. Observed: stock upslog 2.8.0, which has no "%t".
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/text.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upslog {

inline constexpr std::string_view kDefaultFormat =
    "%TIME @Y@m@d @H@M@S% %VAR battery.charge% %VAR input.voltage% %VAR ups.load% [%VAR "
    "ups.status%] "
    "%VAR ups.temperature% %VAR input.frequency%";

/// Variables by name, as the server has them.
using Values = std::map<std::string, std::string, ILess>;

/// What a record is made of.
struct Moment {
    WallTime time;
    std::string_view ups;   ///< as the user wrote it: name@host:port
    std::string_view host;  ///< this machine
    int pid = 0;
    const Values* values = nullptr;  ///< null: the data cannot be had now, each variable is NA
};

class Format {
  public:
    /// Longest text that one TIME escape makes; a longer one prints INVALID.
    static constexpr std::size_t kMaxTime = 512;

    /// Never fails: mistakes show as INVALID, as they do in the incumbent's records.
    explicit Format(std::string_view text);
    /// Names of the variables it shows, each once, in order.
    [[nodiscard]] const std::vector<std::string>& variables() const noexcept { return variables_; }
    /// Escapes that print INVALID, for a warning at start.
    [[nodiscard]] const std::vector<std::string>& mistakes() const noexcept { return mistakes_; }
    /// One record without its LF. Control bytes of values become blanks, so a record is one line.
    [[nodiscard]] std::string render(const Moment& moment) const;

  private:
    enum class Kind : std::uint8_t { literal, time, epoch, host, ups, pid, variable };
    struct Part {
        Kind kind;
        std::string text;  // literal, strftime format, or name
    };
    void add_literal(std::string_view text);
    void add_escape(std::string_view escape);

    std::vector<Part> parts_;
    std::vector<std::string> variables_;
    std::vector<std::string> mistakes_;
};

/// `values` as one line of JSON: {"time": UTC, "ups": …, "variables": {…} or null}. With `names` only those
/// variables, null for those the UPS has not; without, all.
[[nodiscard]] std::string render_json(const Moment& moment, const std::vector<std::string>& names);

}  // namespace ups::upslog
