// SPDX-License-Identifier: Apache-2.0
/// The tokenizer that network lines, driver-socket lines and configuration files share.
///
///     line     = *( gap / word / "=" ) [ comment ] LF
///     gap      = SP / TAB / CR / VT / FF / "\" LF
///     word     = bare / quoted
///     bare     = 1*( char / "\" char )
///                    ends at a gap, "=", "#" or LF; a DQUOTE inside is ordinary
///     quoted   = DQUOTE *( char / "\" char / LF ) DQUOTE
///                    only where a word may start; LF is dropped, an unescaped "#" is an error
///     comment  = "#" up to LF
///
/// "=" outside quotes is a word of its own. Control bytes (below 0x20, and so the blanks other than
/// SP in quotes) and, unless `Charset::utf8`, bytes above 0x7F are left out of words, but start one
/// like any other character. Observed: stock server 2.8.0, random lines compared.
///
/// Two steps: `LineScanner` finds where a logical line ends (resumable, a few bytes of state);
/// `Tokenizer` splits a whole line. A line that breaks the grammar is reported and ends at the next
/// LF, so nothing behind it is lost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ups {

enum class Charset : std::uint8_t { ascii, utf8 };

/// Longest logical line a peer may send, LF included. A longer one is an error of the peer.
inline constexpr std::size_t kMaxLine = std::size_t{64} * 1024;
/// Words kept of a line; further ones are dropped and reported as `surplus`.
inline constexpr std::size_t kMaxWords = 32;
/// Bytes kept of a word; the rest is dropped and reported as `truncated`.
inline constexpr std::size_t kMaxWord = 2048;

/// Finds the end of the logical line at the start of a growing buffer.
class LineScanner {
  public:
    /// `data` starts where the current line starts and holds at least what it held last time.
    /// Returns the line's length, LF included, once it is whole; the next call then expects the
    /// next line. `nullopt`: more bytes are needed (the caller bounds `data` by `kMaxLine`).
    std::optional<std::size_t> scan(std::string_view data) noexcept;
    /// Forgets a half-read line, for instance when the caller throws it away.
    void reset() noexcept;
    /// Whether nothing of the current line has been looked at.
    [[nodiscard]] bool at_start() const noexcept { return scanned_ == 0; }

  private:
    std::uint32_t scanned_ = 0;
    std::uint8_t state_ = 0;
};

/// One line, split. Views the line given to `split` and the tokenizer's own buffer: valid until
/// either changes.
struct LineWords {
    std::span<const std::string_view> words;
    /// For each word, the offset in the line where it starts (its quote, if it has one).
    std::span<const std::uint32_t> offsets;
    bool plain = false;           ///< each word is a run of the line: nothing in it was escaped
    bool broken = false;          ///< unescaped "#" inside quotes, or a quote that never ends
    bool truncated = false;       ///< a word was longer than `kMaxWord`
    bool surplus = false;         ///< there were more than `kMaxWords` words
    std::uint32_t broken_at = 0;  ///< offset of the offending byte when `broken`
};

/// Splits whole lines. One object serves a whole program: it holds only a scratch buffer.
class Tokenizer {
  public:
    explicit Tokenizer(Charset charset = Charset::ascii);
    /// Splits one logical line (with or without its LF). Never fails; see the flags of `LineWords`.
    /// Quickest with its LF.
    LineWords split(std::string_view line);
    /// The short way for what nearly all lines are: if `data` starts with a whole line of bare and quoted
    /// words and blanks (0x20), without escapes, comments and bytes that would be left out, splits it into
    /// `result`, which is a default one, and returns the line's length, LF included. Else returns 0; what
    /// `result` views is then of no use.
    [[nodiscard]] std::size_t split_front(std::string_view data, LineWords& result) noexcept;

  private:
    struct Word;
    /// Splits the line that ends at `lf` if it is such a line; true if so.
    bool split_plain(const char* line, const char* lf) noexcept;
    void finish(Word& word, std::string_view line);

    Charset charset_;
    std::string decoded_;  // words that could not be viewed in place; never grows past its reserve
    std::array<std::string_view, kMaxWords> words_;
    std::array<std::uint32_t, kMaxWords> offsets_{};
    std::size_t count_ = 0;
    bool truncated_ = false;
    bool surplus_ = false;
};

/// Appends `text` in double quotes with `\` before each of `"`, `\` and `#`. Control bytes become
/// blanks, so that no value can break the framing of a line.
void append_quoted(std::string& out, std::string_view text);
/// As `append_quoted` without the quotes around.
void append_escaped(std::string& out, std::string_view text);
/// Appends `text` as a word: bare if it reads back as itself, quoted otherwise.
void append_word(std::string& out, std::string_view text);

}  // namespace ups
