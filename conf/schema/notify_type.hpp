// SPDX-License-Identifier: Apache-2.0
/// The notifications of upsmon: what NOTIFYMSG, NOTIFYFLAG and AT lines name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ups::conf {

enum class NotifyType : std::uint8_t {
    online,
    onbatt,
    lowbatt,
    fsd,
    commok,
    commbad,
    shutdown,
    shutdown_hostsync,
    replbatt,
    nocomm,
    noparent,
    cal,
    notcal,
    off,
    notoff,
    bypass,
    notbypass,
    eco,
    noteco,
    alarm,
    notalarm,
    over,
    notover,
    trim,
    nottrim,
    boost,
    notboost,
    other,
    notother,
    suspend_starting,
    suspend_finished,
    suspend_timejump_unexpected,
    // Ours.
    authfail,
    nobeat,
    beat,
    calloff,
    rule,
    wake,
    wakefail,
};

/// How many types there are; they are numbered from 0 without gaps.
inline constexpr std::size_t kNotifyTypes = static_cast<std::size_t>(NotifyType::wakefail) + 1;

struct NotifyTypeRow {
    NotifyType type = NotifyType::online;
    std::string_view name;  ///< as in the file and in the environment variable NOTIFYTYPE
    std::string_view text;  ///< built-in message: the first %s is the UPS, the second the detail
    unsigned details = 0;  ///< how many %s a text may have at most: 1, or 2 where there is a detail
    std::string_view since;  ///< first release of the stock monitor; empty: 2.7 or older; "-": ours
    std::string_view help;   ///< when it is raised
};

/// Every type, in the order of the enumeration. Static storage.
[[nodiscard]] std::span<const NotifyTypeRow> notify_type_rows();
[[nodiscard]] const NotifyTypeRow& notify_type_row(NotifyType type);
[[nodiscard]] inline std::string_view notify_type_name(NotifyType type) {
    return notify_type_row(type).name;
}
/// The type of a name, in any case; absent if there is none.
[[nodiscard]] std::optional<NotifyType> find_notify_type(std::string_view name);
/// The type most likely meant; views static storage.
[[nodiscard]] std::optional<std::string_view> nearest_notify_type(std::string_view name);

}  // namespace ups::conf
