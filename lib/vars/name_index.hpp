// SPDX-License-Identifier: Apache-2.0
/// An open hash table from names to small numbers. It holds no names: the owner keeps them, and is
/// asked through a function.
#pragma once

#include "lib/base/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ups::vars {

/// Linear probing over a power of two of slots, at most half full; removal shifts back, so there
/// are no tombstones. Names compare without regard to case.
class NameIndex {
  public:
    static constexpr std::uint16_t kNone = 0xFFFF;

    /// The number of `name`, or `kNone`. `name_of(number)` gives the name that a number stands for.
    template <class NameOf>
    [[nodiscard]] std::uint16_t find(std::string_view name, const NameOf& name_of) const {
        if (slots_.empty()) return kNone;
        const auto hash = static_cast<std::uint32_t>(ihash(name));
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Slot slot = slots_[at];
            if (slot.number == kNone) return kNone;
            if (slot.tag == tag_of(hash) && iequals(name_of(slot.number), name)) return slot.number;
        }
    }
    /// Adds a name that is not there yet.
    template <class NameOf>
    void insert(std::string_view name, std::uint16_t number, const NameOf& name_of) {
        if ((used_ + 1) * 2 > slots_.size()) grow(name_of);
        place(static_cast<std::uint32_t>(ihash(name)), number);
        ++used_;
    }
    /// Removes a name that is there.
    template <class NameOf>
    void erase(std::string_view name, std::uint16_t number, const NameOf& name_of) {
        std::size_t hole = static_cast<std::uint32_t>(ihash(name)) & mask();
        while (slots_[hole].number != number)
            hole = (hole + 1) & mask();
        for (std::size_t at = (hole + 1) & mask(); slots_[at].number != kNone;
             at = (at + 1) & mask()) {
            const std::size_t home =
                static_cast<std::uint32_t>(ihash(name_of(slots_[at].number))) & mask();
            // An entry may move back only as far as its home slot.
            if (((at - home) & mask()) >= ((at - hole) & mask())) {
                slots_[hole] = slots_[at];
                hole = at;
            }
        }
        slots_[hole] = Slot{};
        --used_;
    }
    void clear() {
        slots_.clear();
        slots_.shrink_to_fit();
        used_ = 0;
    }
    [[nodiscard]] std::size_t size() const noexcept { return used_; }
    /// Bytes on the heap.
    [[nodiscard]] std::size_t memory() const noexcept { return slots_.capacity() * sizeof(Slot); }

  private:
    struct Slot {
        std::uint16_t number = kNone;
        std::uint16_t tag = 0; // bits of the hash that the slot position does not tell
    };

    [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
    [[nodiscard]] static std::uint16_t tag_of(std::uint32_t hash) noexcept {
        return static_cast<std::uint16_t>(hash >> 16);
    }
    void place(std::uint32_t hash, std::uint16_t number) {
        std::size_t at = hash & mask();
        while (slots_[at].number != kNone)
            at = (at + 1) & mask();
        slots_[at] = Slot{number, tag_of(hash)};
    }
    template <class NameOf> void grow(const NameOf& name_of) {
        std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
        old.swap(slots_);
        for (const Slot slot : old)
            if (slot.number != kNone)
                place(static_cast<std::uint32_t>(ihash(name_of(slot.number))), slot.number);
    }

    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

} // namespace ups::vars
