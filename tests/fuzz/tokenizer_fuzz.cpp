// SPDX-License-Identifier: Apache-2.0
/// The tokenizer: lines end where the scanner says however the bytes arrive, and what is encoded reads
/// back as it was.
#include "lib/base/assert.hpp"
#include "lib/base/words.hpp"

#include <cstdint>
#include <string>
#include <string_view>

using namespace ups;

namespace {

void check_scanner(std::string_view bytes) {
    LineScanner at_once;
    LineScanner bit_by_bit;
    const auto end = at_once.scan(bytes);
    std::optional<std::size_t> found;
    std::size_t given = 0;
    while (!found && given < bytes.size())
        found = bit_by_bit.scan(bytes.substr(0, ++given));
    UPS_ASSERT(end == found);
}

/// One object serves a whole program, so one of each serves all inputs.
struct Tokenizers {
    explicit Tokenizers(Charset charset) : first(charset), second(charset) {}
    Tokenizer first;
    Tokenizer second;
};

void check_words(std::string_view line, Tokenizers& tokenizers) {
    Tokenizer& tokenizer = tokenizers.first;
    const LineWords words = tokenizer.split(line);
    UPS_ASSERT(words.words.size() <= kMaxWords && words.offsets.size() == words.words.size());
    if (words.broken || words.truncated || words.surplus) return;
    // Encoded again, the same words come out.
    std::string again;
    for (const std::string_view word : words.words) {
        UPS_ASSERT(word.size() <= kMaxWord);
        append_quoted(again, word);
        again += ' ';
    }
    const LineWords read = tokenizers.second.split(again);
    UPS_ASSERT(!read.broken && read.words.size() == words.words.size());
    for (std::size_t i = 0; i < read.words.size(); ++i) {
        const bool same = read.words[i] == words.words[i];
        // Control bytes that were escaped on the way in are blanks on the way out.
        bool has_control = false;
        for (const char c : words.words[i])
            has_control |= static_cast<unsigned char>(c) < 0x20;
        UPS_ASSERT(same || has_control);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_scanner(bytes.substr(0, 2000));
    static Tokenizers ascii(Charset::ascii);
    static Tokenizers utf8(Charset::utf8);
    check_words(bytes, ascii);
    check_words(bytes, utf8);
    return 0;
}
