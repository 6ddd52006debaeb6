// SPDX-License-Identifier: Apache-2.0
/// Rows of a plugin's option table, as constants. All texts must be string literals.
///
///     constexpr upsdrv_option kOptions[] = {
///         kit::choice("mode", "once", "once|loop", "how often the file is read"),
///         kit::seconds("delay", "20", 0, 600, "time before the load is cut"),
///         kit::secret(kit::text("password", nullptr, "password of the device")),
///     };
#pragma once

#include "upsdrv.h"

#include <cstdint>

namespace ups::kit {

[[nodiscard]] constexpr upsdrv_option option_row(std::uint32_t type, const char* name,
                                                 const char* fallback, const char* help) {
    return {sizeof(upsdrv_option), type, 0, 0, name, fallback, nullptr, help, 0, 0};
}
[[nodiscard]] constexpr upsdrv_option flag(const char* name, const char* help) {
    return option_row(UPSDRV_OPT_FLAG, name, nullptr, help);
}
[[nodiscard]] constexpr upsdrv_option text(const char* name, const char* fallback,
                                           const char* help) {
    return option_row(UPSDRV_OPT_STRING, name, fallback, help);
}
[[nodiscard]] constexpr upsdrv_option boolean(const char* name, const char* fallback,
                                              const char* help) {
    return option_row(UPSDRV_OPT_BOOLEAN, name, fallback, help);
}
/// Any key that starts with `name`.
[[nodiscard]] constexpr upsdrv_option prefix(const char* name, const char* help) {
    return option_row(UPSDRV_OPT_PREFIX, name, nullptr, help);
}
/// `choices`: words separated by '|'.
[[nodiscard]] constexpr upsdrv_option choice(const char* name, const char* fallback,
                                             const char* choices, const char* help) {
    upsdrv_option row = option_row(UPSDRV_OPT_CHOICE, name, fallback, help);
    row.choices = choices;
    return row;
}
[[nodiscard]] constexpr upsdrv_option ranged(std::uint32_t type, const char* name,
                                             const char* fallback, double min, double max,
                                             const char* help) {
    upsdrv_option row = option_row(type, name, fallback, help);
    row.min = min;
    row.max = max;
    return row;
}
[[nodiscard]] constexpr upsdrv_option integer(const char* name, const char* fallback, double min,
                                              double max, const char* help) {
    return ranged(UPSDRV_OPT_INTEGER, name, fallback, min, max, help);
}
[[nodiscard]] constexpr upsdrv_option decimal(const char* name, const char* fallback, double min,
                                              double max, const char* help) {
    return ranged(UPSDRV_OPT_DECIMAL, name, fallback, min, max, help);
}
[[nodiscard]] constexpr upsdrv_option seconds(const char* name, const char* fallback, double min,
                                              double max, const char* help) {
    return ranged(UPSDRV_OPT_SECONDS, name, fallback, min, max, help);
}
[[nodiscard]] constexpr upsdrv_option secret(upsdrv_option row) {
    row.flags |= UPSDRV_OPT_SECRET;
    return row;
}
[[nodiscard]] constexpr upsdrv_option reloadable(upsdrv_option row) {
    row.flags |= UPSDRV_OPT_RELOADABLE;
    return row;
}
[[nodiscard]] constexpr upsdrv_option required(upsdrv_option row) {
    row.flags |= UPSDRV_OPT_REQUIRED;
    return row;
}

}  // namespace ups::kit
