// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/keyed_hash.hpp"

#include <bit>
#include <cstring>
#include <span>

namespace ups::upsd {
namespace {

struct State {
    std::uint64_t v0, v1, v2, v3;

    void round() noexcept {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }
    void absorb(std::uint64_t word) noexcept {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
    std::uint64_t squeeze() noexcept {
        for (int i = 0; i < 4; ++i)
            round();
        return v0 ^ v1 ^ v2 ^ v3;
    }
};

std::uint64_t load_little_endian(const char* bytes, std::size_t count) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

}  // namespace

HashKey HashKey::fresh(Random& random) {
    std::array<std::uint64_t, 2> words{};
    random.fill(std::as_writable_bytes(std::span(words)));
    return {words[0], words[1]};
}

Digest keyed_hash(const HashKey& key, std::string_view bytes) noexcept {
    State state{key.k0 ^ 0x736f6d6570736575, key.k1 ^ 0x646f72616e646f6d ^ 0xee,
                key.k0 ^ 0x6c7967656e657261, key.k1 ^ 0x7465646279746573};
    const std::size_t whole = bytes.size() & ~std::size_t{7};
    for (std::size_t at = 0; at < whole; at += 8)
        state.absorb(load_little_endian(bytes.data() + at, 8));
    const std::uint64_t tail = load_little_endian(bytes.data() + whole, bytes.size() - whole);
    state.absorb(tail | (std::uint64_t{bytes.size()} << 56));
    state.v2 ^= 0xee;
    const std::uint64_t low = state.squeeze();
    state.v1 ^= 0xdd;
    return {low, state.squeeze()};
}

}  // namespace ups::upsd
