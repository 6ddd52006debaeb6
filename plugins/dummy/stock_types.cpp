// SPDX-License-Identifier: Apache-2.0
#include "stock_types.hpp"

#include "upsdrv.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ups::dummy {
namespace {

// Observed: a file with 1,760 names of variables, played by Debian's dummy-ups 2.8.0: these came out
// as `RW` only (a number), all others as `RW STRING`.
constexpr std::string_view kNumbers[] = {
    "ambient.humidity",
    "ambient.humidity.high",
    "ambient.humidity.low",
    "ambient.temperature",
    "ambient.temperature.high",
    "ambient.temperature.low",
    "battery.charge",
    "battery.charge.low",
    "battery.charge.restart",
    "battery.current",
    "battery.runtime",
    "battery.runtime.low",
    "battery.temperature",
    "battery.voltage",
    "battery.voltage.nominal",
    "input.frequency",
    "input.transfer.boost.high",
    "input.transfer.boost.low",
    "input.transfer.high",
    "input.transfer.low",
    "input.transfer.trim.high",
    "input.transfer.trim.low",
    "input.voltage",
    "input.voltage.maximum",
    "input.voltage.minimum",
    "input.voltage.nominal",
    "output.current",
    "output.frequency",
    "output.voltage",
    "ups.delay.reboot",
    "ups.delay.shutdown",
    "ups.delay.start",
    "ups.load",
    "ups.temperature",
    "ups.test.interval",
};
static_assert(std::is_sorted(std::begin(kNumbers), std::end(kNumbers)));

// Observed in the same way: lengths other than 32.
constexpr std::pair<std::string_view, std::uint32_t> kLengths[] = {
    {"input.quality", 6}, {"input.sensitivity", 1}, {"input.transfer.reason", 1},
    {"ups.date", 16},     {"ups.firmware", 16},     {"ups.firmware.aux", 16},
    {"ups.id", 16},       {"ups.mfr.date", 16},     {"ups.test.result", 16},
    {"ups.time", 16},
};

}  // namespace

StockType stock_type(std::string_view name, std::string_view value) noexcept {
    if (std::binary_search(std::begin(kNumbers), std::end(kNumbers), name))
        return {UPSDRV_VAR_RW, 0};  // as stock: a number by default, and any text is taken
    std::uint32_t length = kUsualLength;
    for (const auto& [known, its] : kLengths)
        if (known == name) length = its;
    return {UPSDRV_VAR_RW | UPSDRV_VAR_STRING,
            std::max(length, static_cast<std::uint32_t>(value.size()))};
}

}  // namespace ups::dummy
