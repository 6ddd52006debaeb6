// SPDX-License-Identifier: Apache-2.0
/// Types that stock `dummy-ups` gives to variables a file says nothing about.
#pragma once

#include <cstdint>
#include <string_view>

namespace ups::dummy {

/// Length of a text that nothing says more about.
inline constexpr std::uint32_t kUsualLength = 32;

struct StockType {
    std::uint32_t flags;       ///< UPSDRV_VAR_...
    std::uint32_t max_length;  ///< 0 for numbers
};

/// Flags and length for a variable with this value. A text is never shorter than what it holds.
[[nodiscard]] StockType stock_type(std::string_view name, std::string_view value) noexcept;

}  // namespace ups::dummy
