// SPDX-License-Identifier: Apache-2.0
#include "lib/base/words.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <cstring>

namespace ups {
namespace {

enum Class : std::uint8_t { c_lf, c_blank, c_quote, c_slash, c_hash, c_equals, c_char, c_count };
enum State : std::uint8_t {
    s_gap,
    s_gap_esc,
    s_word,
    s_word_esc,
    s_quoted,
    s_quoted_esc,
    s_comment,
    s_broken,
    s_end,
    s_count
};

constexpr std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> table{};
    table.fill(c_char);
    for (const char blank : {' ', '\t', '\r', '\v', '\f'})
        table[static_cast<unsigned char>(blank)] = c_blank;
    table['\n'] = c_lf;
    table['"'] = c_quote;
    table['\\'] = c_slash;
    table['#'] = c_hash;
    table['='] = c_equals;
    return table;
}
constexpr auto kClasses = make_classes();

// clang-format off
constexpr std::uint8_t kNext[s_count][c_count] = {
    //             lf        blank      quote      slash         hash       equals     char
    /* gap     */ {s_end,    s_gap,     s_quoted,  s_gap_esc,    s_comment, s_gap,     s_word},
    /* gap_esc */ {s_gap,    s_word,    s_word,    s_word,       s_word,    s_word,    s_word},
    /* word    */ {s_end,    s_gap,     s_word,    s_word_esc,   s_comment, s_gap,     s_word},
    /* w_esc   */ {s_word,   s_word,    s_word,    s_word,       s_word,    s_word,    s_word},
    /* quoted  */ {s_quoted, s_quoted,  s_gap,     s_quoted_esc, s_broken,  s_quoted,  s_quoted},
    /* q_esc   */ {s_quoted, s_quoted,  s_quoted,  s_quoted,     s_quoted,  s_quoted,  s_quoted},
    /* comment */ {s_end,    s_comment, s_comment, s_comment,    s_comment, s_comment, s_comment},
    /* broken  */ {s_end,    s_broken,  s_broken,  s_broken,     s_broken,  s_broken,  s_broken},
    /* end     */ {s_end,    s_end,     s_end,     s_end,        s_end,     s_end,     s_end},
};
// clang-format on

std::uint8_t class_of(char c) {
    return kClasses[static_cast<unsigned char>(c)];
}

/// Whether a byte becomes part of the word it stands in. (A dropped byte still starts a word.)
bool is_kept(char c, Charset charset) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && (byte <= 0x7F || charset == Charset::utf8);
}

/// Bytes that the words of one line may have, where they cannot be viewed in it.
constexpr std::size_t kMaxDecoded = kMaxWords * kMaxWord;

// Bytes that stand for themselves with either charset: inside quotes, and in bare words too.
enum Plain : std::uint8_t { p_quoted = 1, p_bare = 2 };

constexpr std::array<std::uint8_t, 256> make_plain() {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t byte = 0x20; byte <= 0x7F; ++byte) {
        const std::uint8_t kind = kClasses[byte];
        if (kind == c_char) table[byte] = p_quoted | p_bare;
        if (kind == c_blank || kind == c_equals) table[byte] = p_quoted;
    }
    return table;
}
constexpr auto kPlain = make_plain();

const char* skip_plain(const char* at, Plain where) {
    while ((kPlain[static_cast<unsigned char>(*at)] & where) != 0)
        ++at;
    return at;
}

}  // namespace

void LineScanner::reset() noexcept {
    scanned_ = 0;
    state_ = s_gap;
}

std::optional<std::size_t> LineScanner::scan(std::string_view data) noexcept {
    if (scanned_ == 0 && !data.empty()) {
        // The usual line has no quote that could span its end and no continuation.
        const void* lf = std::memchr(data.data(), '\n', data.size());
        if (lf != nullptr) {
            const std::size_t length =
                static_cast<std::size_t>(static_cast<const char*>(lf) - data.data());
            if (std::memchr(data.data(), '"', length) == nullptr &&
                std::memchr(data.data(), '\\', length) == nullptr)
                return length + 1;
        }
    }
    std::uint8_t state = state_;
    for (std::size_t at = scanned_; at < data.size(); ++at) {
        state = kNext[state][class_of(data[at])];
        if (state == s_end) {
            reset();
            return at + 1;
        }
    }
    scanned_ = static_cast<std::uint32_t>(data.size());
    state_ = state;
    return std::nullopt;
}

/// A word being read: a run of the line while it can be viewed in place, else a run of `decoded_`.
struct Tokenizer::Word {
    std::size_t begin = 0;     // where the run starts
    std::size_t size = 0;      // bytes so far
    std::uint32_t offset = 0;  // where the word starts in the line
    bool open = false;
    bool in_place = true;
};

Tokenizer::Tokenizer(Charset charset) : charset_(charset) {}

void Tokenizer::finish(Word& word, std::string_view line) {
    if (!word.open) return;
    word.open = false;
    if (count_ == kMaxWords) {
        surplus_ = true;
        if (!word.in_place) decoded_.resize(word.begin);
        return;
    }
    const std::string_view home = word.in_place ? line : std::string_view(decoded_);
    offsets_[count_] = word.offset;
    words_[count_++] = home.substr(word.begin, word.size);
}

bool Tokenizer::split_plain(const char* line, const char* lf) noexcept {
    if (lf - line > static_cast<std::ptrdiff_t>(kMaxWord)) return false;
    const char* at = line;
    // LF is not plain, so no loop runs past it.
    for (count_ = 0;; ++count_) {
        while (*at == ' ')
            ++at;
        if (at == lf) return true;
        if (count_ == kMaxWords) return false;
        offsets_[count_] = static_cast<std::uint32_t>(at - line);
        const bool quoted = *at == '"';
        const char* const begin = quoted ? at + 1 : at;
        at = skip_plain(begin, quoted ? p_quoted : p_bare);
        words_[count_] = {begin, static_cast<std::size_t>(at - begin)};
        if (quoted ? *at++ != '"' : at == begin) return false;
        if (*at != ' ' && *at != '\n') return false;
    }
}

std::size_t Tokenizer::split_front(std::string_view data, LineWords& result) noexcept {
    const void* const found = std::memchr(data.data(), '\n', data.size());
    if (found == nullptr) return 0;
    const char* const lf = static_cast<const char*>(found);
    if (!split_plain(data.data(), lf)) return 0;
    result.words = {words_.data(), count_};
    result.offsets = {offsets_.data(), count_};
    result.plain = true;
    return static_cast<std::size_t>(lf - data.data()) + 1;
}

LineWords Tokenizer::split(std::string_view line) {
    if (LineWords plain; line.ends_with('\n') && split_front(line, plain) == line.size())
        return plain;
    LineWords result;
    truncated_ = surplus_ = false;
    decoded_.clear();
    // Words view it, so it must not move below them. Each byte of the line gets there once at most.
    decoded_.reserve(std::min(line.size(), kMaxDecoded));
    count_ = 0;
    Word word;
    std::uint8_t state = s_gap;

    const auto start = [&](std::size_t at, std::size_t first) {
        word =
            Word{.begin = first, .size = 0, .offset = static_cast<std::uint32_t>(at), .open = true};
    };
    const auto append = [&](std::size_t at) {
        if (!is_kept(line[at], charset_)) return;
        if (word.size >= kMaxWord) {
            truncated_ = true;
            return;
        }
        if (word.in_place && word.begin + word.size != at) {
            if (word.size == 0) {
                word.begin = at;
            } else {
                const std::size_t home = decoded_.size();
                if (home + kMaxWord > kMaxDecoded) {  // only surplus words can get here
                    truncated_ = true;
                    return;
                }
                decoded_.append(line.substr(word.begin, word.size));
                word.begin = home;
                word.in_place = false;
            }
        }
        if (!word.in_place) decoded_ += line[at];
        ++word.size;
    };

    for (std::size_t at = 0; at < line.size() && state != s_end; ++at) {
        const std::uint8_t kind = class_of(line[at]);
        const std::uint8_t next = kNext[state][kind];
        switch (state) {
        case s_gap:
            if (next == s_quoted) {
                start(at, at + 1);
            } else if (next == s_word) {
                start(at, at);
                append(at);
            } else if (kind == c_equals) {
                start(at, at);
                append(at);
                finish(word, line);
            }
            break;
        case s_gap_esc:
            if (next == s_word) {
                start(at - 1, at);
                append(at);
            }
            break;
        case s_word:
            if (next == s_word) {
                append(at);
            } else if (next != s_word_esc) {
                finish(word, line);
                if (kind == c_equals) {
                    start(at, at);
                    append(at);
                    finish(word, line);
                }
            }
            break;
        case s_word_esc:
            append(at);
            break;
        case s_quoted:
            if (next == s_gap) {
                finish(word, line);
            } else if (next == s_broken) {
                result.broken = true;
                result.broken_at = static_cast<std::uint32_t>(at);
                word.open = false;
            } else if (next == s_quoted) {
                append(at);
            }
            break;
        case s_quoted_esc:
            append(at);
            break;
        default:
            break;
        }
        state = next;
    }
    if (state == s_quoted || state == s_quoted_esc) {
        result.broken = true;
        result.broken_at = word.offset;
    } else {
        finish(word, line);
    }
    result.words = {words_.data(), count_};
    result.offsets = {offsets_.data(), count_};
    result.truncated = truncated_;
    result.surplus = surplus_;
    return result;
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '#') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

void append_word(std::string& out, std::string_view text) {
    const bool bare = !text.empty() && std::ranges::all_of(text, [](char c) {
        return class_of(c) == c_char && is_kept(c, Charset::ascii);
    });
    if (bare) {
        out += text;
    } else {
        append_quoted(out, text);
    }
}

}  // namespace ups
