// SPDX-License-Identifier: Apache-2.0
/// The value in a driver's line, whether the driver escaped it or not.
#pragma once

#include "lib/base/words.hpp"

#include <string_view>

namespace ups::upsd {

enum class Escaping : std::uint8_t {
    proper,    ///< as the grammar wants
    ambiguous, ///< proper, but with a `\` that an unescaped value could have had too
    missing,   ///< certainly not escaped; taken raw
};

struct DriverValue {
    std::string_view text; ///< views the line or the tokenizer
    Escaping escaping;
};

/// The third word of `line` (`SETINFO name "value"`), which was split into `words`.
[[nodiscard]] DriverValue driver_value(std::string_view line, const LineWords& words) noexcept;

} // namespace ups::upsd
