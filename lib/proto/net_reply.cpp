// SPDX-License-Identifier: Apache-2.0
#include "lib/proto/net_reply.hpp"

#include "lib/base/words.hpp"
#include "lib/vars/value_text.hpp"

#include <algorithm>

namespace ups::proto {
namespace {

void append_frame(std::string& out, std::string_view edge, std::string_view kind,
                  std::initializer_list<std::string_view> echo) {
    out += edge;
    out += kind;
    for (const std::string_view word : echo) {
        out += ' ';
        append_word(out, word);
    }
    out += '\n';
}

} // namespace

void append_words(std::string& out, std::initializer_list<std::string_view> words) {
    bool first = true;
    for (const std::string_view word : words) {
        if (!first) out += ' ';
        append_word(out, word);
        first = false;
    }
}

void append_list_begin(std::string& out, std::string_view kind,
                       std::initializer_list<std::string_view> echo) {
    append_frame(out, "BEGIN LIST ", kind, echo);
}

void append_list_end(std::string& out, std::string_view kind,
                     std::initializer_list<std::string_view> echo) {
    append_frame(out, "END LIST ", kind, echo);
}

void append_fact(std::string& out, std::initializer_list<std::string_view> words,
                 std::string_view value) {
    constexpr std::size_t kLeastRoom =
        64; // a client that sends names of 500 bytes takes such lines
    const std::size_t start = out.size();
    append_words(out, words);
    const std::size_t used = out.size() - start + 2; // the blank and LF
    const std::size_t room =
        used + kLeastRoom < vars::kMaxReplyLine ? vars::kMaxReplyLine - used : kLeastRoom;
    out += ' ';
    vars::append_value(out, value, room);
    out += '\n';
}

} // namespace ups::proto
