// SPDX-License-Identifier: Apache-2.0
#include "lib/base/random.hpp"

#include "lib/base/assert.hpp"

#include <array>
#include <cerrno>
#include <sys/random.h>

namespace ups {

void SystemRandom::fill(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        UPS_ASSERT(got > 0);  // cannot fail otherwise on a kernel that we run on
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

std::string make_uuid(Random& random) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::array<std::byte, 16> raw{};
    random.fill(raw);
    raw[6] = (raw[6] & std::byte{0x0F}) | std::byte{0x40};
    raw[8] = (raw[8] & std::byte{0x3F}) | std::byte{0x80};
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += kHex[std::to_integer<unsigned>(raw[i] >> 4)];
        text += kHex[std::to_integer<unsigned>(raw[i] & std::byte{15})];
    }
    return text;
}

}  // namespace ups
