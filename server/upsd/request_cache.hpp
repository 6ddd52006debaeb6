// SPDX-License-Identifier: Apache-2.0
/// How lines that came before were understood.
///
/// Clients poll: nearly every line is one that this or another client has sent before. What such a line
/// means, but for who asks, is kept: its words, its command, the UPS that it names. Only requests that
/// read are kept, so that no line with a secret in it stays in memory.
#pragma once

#include "lib/base/words.hpp"
#include "lib/vars/ups_state.hpp"
#include "server/upsd/commands.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace ups::upsd {

struct Ups;

/// A request as far as it can be understood without knowing who asks.
struct Request {
    std::string_view word;                   ///< the word that named the command, as it was written
    std::span<const std::string_view> args;  ///< behind the command
    const CommandTable::Verb* verb = nullptr;  ///< null: there is no such verb
    const CommandRow* row = nullptr;           ///< null: `verb` has no such sub-command
    Ups* named = nullptr;       ///< the UPS that the first argument names, if that was looked up
    bool is_canonical = false;  ///< the first argument spells `named` as it is configured
    bool is_draft = false;      ///< only the specification knows this spelling of the command
    bool cut = false;           ///< a word or the line was longer than what is kept
};

/// The variable that a GET named, exactly as UPS and driver spell it: for the next like it. See
/// `vars::UpsState::generation`.
struct VariableHint {
    const Ups* ups = nullptr;  ///< null: nothing is known
    std::uint64_t generation = 0;
    vars::UpsState::VarId id = vars::UpsState::kNoVar;
};

class RequestCache {
  public:
    /// Lines kept. Each has two places where it may be; a new one that finds both taken takes the first.
    static constexpr std::size_t kMost = 4096;
    /// Longest line that is kept, LF included, and most words of it.
    static constexpr std::size_t kLongest = 64;
    static constexpr std::size_t kMostWords = 6;

    struct Known {
        std::uint32_t size = 0;  ///< of the line, LF included; 0: means nothing any more
        VariableHint variable = {};
        std::array<char, kLongest> text = {};
        Request request = {};
    };

    RequestCache() : entries_(kMost) {}
    /// Whether `known`, found at any time before, is what the line in front of `data` means.
    [[nodiscard]] static bool is_at(const Known& known, std::string_view data) noexcept {
        return known.size != 0 && known.size <= data.size() &&
               std::memcmp(known.text.data(), data.data(), known.size) == 0;
    }
    /// What the line in front of `data` means; null if it is not whole or not known. Means this until the
    /// next call of `keep` or `clear`.
    [[nodiscard]] Known* find(std::string_view data) noexcept;
    /// Keeps what `line` means if it is worth it. `words` and `request` are what it was understood as.
    void keep(std::string_view line, const LineWords& words, const Request& request);
    /// Forgets everything: verbs, UPSes or their names have changed.
    void clear() noexcept;

  private:
    /// Begins with what each request needs, so that it finds that in one line of the processor's cache.
    struct alignas(64) Entry {
        Known known;
        std::array<std::string_view, kMostWords> words;  // of its text
    };
    struct Places {
        std::size_t first;
        std::size_t second;
    };

    [[nodiscard]] static Places places_of(std::string_view line) noexcept;
    [[nodiscard]] bool is_free(std::size_t place) const noexcept;

    std::vector<std::unique_ptr<Entry>> entries_;  // null: never used. Stay as long as the cache.
};

}  // namespace ups::upsd
