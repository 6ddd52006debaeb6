// SPDX-License-Identifier: Apache-2.0
/// Noise of measurements: the same seed, channel and time always give the same value, however often and in
/// whatever order they are asked.
#pragma once

#include <cmath>
#include <cstdint>

namespace ups::sim {

enum class NoiseChannel : std::uint8_t { mains_volts, mains_hertz, load, temperature };

/// Steps of splitmix64: bits in, unrelated bits out.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t bits) noexcept {
    bits += 0x9E3779B97F4A7C15u;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
    return bits ^ (bits >> 31);
}

/// Between -1 and 1, changing smoothly over about `period` seconds. `seconds` >= 0.
[[nodiscard]] inline double noise(std::uint64_t seed, NoiseChannel channel, double seconds,
                                  double period = 5) noexcept {
    const double place = seconds / period;
    const double floor = std::floor(place);
    const auto corner = [&](double at) {
        const auto bits = mixed(
            seed ^ mixed(static_cast<std::uint64_t>(at) * 8 + static_cast<unsigned>(channel)));
        return static_cast<double>(bits >> 11) / 4503599627370496.0 - 1;  // 2^52
    };
    const double part = place - floor;
    const double smooth = part * part * (3 - 2 * part);
    return corner(floor) * (1 - smooth) + corner(floor + 1) * smooth;
}

}  // namespace ups::sim
