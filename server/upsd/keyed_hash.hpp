// SPDX-License-Identifier: Apache-2.0
/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): without the
/// key nobody can tell what went in or make two inputs meet.
#pragma once

#include "lib/base/random.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace ups::upsd {

struct HashKey {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;
    [[nodiscard]] static HashKey fresh(Random& random);
};

struct Digest {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const Digest&, const Digest&) = default;
};

[[nodiscard]] Digest keyed_hash(const HashKey& key, std::string_view bytes) noexcept;

}  // namespace ups::upsd
