// SPDX-License-Identifier: Apache-2.0
/// Randomness as an interface.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace ups {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// getrandom(2).
class SystemRandom final : public Random {
  public:
    void fill(std::span<std::byte> bytes) override;
};

/// A version 4 UUID, 36 upper-case characters (RFC 9562 §5.4): the shape of tracking ids.
[[nodiscard]] std::string make_uuid(Random& random);

}  // namespace ups
