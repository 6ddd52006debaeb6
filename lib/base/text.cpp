// SPDX-License-Identifier: Apache-2.0
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <numeric>

namespace ups {

namespace {

template <class Word> Word load(const char* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// Whether `size` bytes are the same, in a few words: the last one may overlap the one before.
bool same_bytes(const char* a, const char* b, std::size_t size) noexcept {
    using Long = std::uint64_t;
    using Short = std::uint32_t;
    if (size >= sizeof(Long)) {
        const std::size_t last = size - sizeof(Long);
        for (std::size_t at = 0; at < last; at += sizeof(Long))
            if (load<Long>(a + at) != load<Long>(b + at)) return false;
        return load<Long>(a + last) == load<Long>(b + last);
    }
    if (size >= sizeof(Short)) {
        const std::size_t last = size - sizeof(Short);
        return load<Short>(a) == load<Short>(b) && load<Short>(a + last) == load<Short>(b + last);
    }
    for (std::size_t at = 0; at < size; ++at)
        if (a[at] != b[at]) return false;
    return true;
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    // Peers nearly always write names the same way.
    if (same_bytes(a.data(), b.data(), a.size())) return true;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

int icompare(std::string_view a, std::string_view b) noexcept {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        const int x = static_cast<unsigned char>(ascii_lower(a[i]));
        const int y = static_cast<unsigned char>(ascii_lower(b[i]));
        if (x != y) return x - y;
    }
    if (a.size() == b.size()) return 0;
    return a.size() < b.size() ? -1 : 1;
}

std::uint64_t ihash(std::string_view text) noexcept {
    // Eight bytes at a time, folded to lower case without branches: setting bit 5 also folds a few
    // punctuation pairs, which costs a rare collision and never a missed match. The last bytes are
    // read as a word that may overlap the one before, so that nothing is copied byte by byte.
    using Long = std::uint64_t;
    using Short = std::uint32_t;
    constexpr Long kFold = 0x2020202020202020U;
    constexpr Long kPrime = 0x9E3779B97F4A7C15U;
    const std::size_t size = text.size();
    const char* const at = text.data();
    Long hash = kPrime ^ size;
    const auto mix = [&hash](Long word) {
        hash = (hash ^ (word | kFold)) * kPrime;
        hash ^= hash >> 29;
    };
    if (size > sizeof(Long)) {
        const std::size_t last = size - sizeof(Long);
        for (std::size_t done = 0; done < last; done += sizeof(Long))
            mix(load<Long>(at + done));
        mix(load<Long>(at + last));
    } else if (size >= sizeof(Short)) {
        mix(Long{load<Short>(at)} << 32 | load<Short>(at + size - sizeof(Short)));
    } else if (size > 0) {
        const auto byte = [at](std::size_t i) { return Long{static_cast<unsigned char>(at[i])}; };
        mix(byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1));
    }
    return hash ^ (hash >> 32);
}

bool istarts_with(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

std::string to_lower(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), ascii_lower);
    return lowered;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split_blanks(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while (at < text.size()) {
        while (at < text.size() && is_blank(text[at]))
            ++at;
        const std::size_t start = at;
        while (at < text.size() && !is_blank(text[at]))
            ++at;
        if (at > start) words.push_back(text.substr(start, at - start));
    }
    return words;
}

std::vector<std::string_view> split_at(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        parts.push_back(text.substr(start, end - start));
        if (end == std::string_view::npos) return parts;
        start = end + 1;
    }
}

std::string join(std::span<const std::string_view> parts, std::string_view glue) {
    std::string joined;
    for (const std::string_view part : parts) {
        if (!joined.empty()) joined += glue;
        joined += part;
    }
    return joined;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_decimal(std::string_view text) noexcept {
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    // from_chars also knows "inf" and "nan"; no device value does.
    if (text.find_first_not_of("-.0123456789") != std::string_view::npos) return std::nullopt;
    return value;
}

std::optional<bool> parse_boolean(std::string_view text) noexcept {
    for (const std::string_view word : {"true", "yes", "on", "1"})
        if (iequals(text, word)) return true;
    for (const std::string_view word : {"false", "no", "off", "0"})
        if (iequals(text, word)) return false;
    return std::nullopt;
}

namespace {
constexpr std::size_t kLongestGuess = 64;
constexpr std::size_t kFarthestGuess = kLongestGuess / 3 + 1;

/// The edit distance if it is below `limit`, else `limit` or more. `a` is at most `kLongestGuess` long and
/// `limit` at most `kFarthestGuess`. Files may hold thousands of unknown words, so it stops once too far.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() >= b.size() + limit || b.size() >= a.size() + limit) return limit;
    std::array<std::uint8_t, kLongestGuess + kFarthestGuess> row{};
    std::iota(row.begin(), row.end(), std::uint8_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        const char wanted = ascii_lower(a[i - 1]);
        std::uint8_t diagonal = row[0];
        std::uint8_t left = row[0] = static_cast<std::uint8_t>(i);
        std::uint8_t least = left;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int step = std::min(row[j], left) + 1;
            const int change = diagonal + (wanted == ascii_lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            left = row[j] = static_cast<std::uint8_t>(std::min(step, change));
            least = std::min(least, left);
        }
        if (least >= limit) return limit;
    }
    return row[b.size()];
}
}  // namespace

std::optional<std::string_view> nearest(std::string_view text,
                                        std::span<const std::string_view> candidates) {
    if (text.empty() || text.size() > kLongestGuess) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t best_distance = std::max<std::size_t>(1, text.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(text, candidate, best_distance);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string printable(std::string_view text, std::size_t limit) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string safe;
    safe.reserve(std::min(text.size(), limit));
    for (const char c : text) {
        if (safe.size() >= limit) return safe += "…";
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F) {
            safe += c;
        } else {
            safe += "\\x";
            safe += kHex[byte >> 4];
            safe += kHex[byte & 15];
        }
    }
    return safe;
}

}  // namespace ups
