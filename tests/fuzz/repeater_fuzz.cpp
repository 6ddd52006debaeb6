// SPDX-License-Identifier: Apache-2.0
/// What a repeater reads: addresses of the configuration, and lines of a server.
#include "plugins/dummy/remote.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

using namespace ups::dummy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto address = parse_remote_address(text)) {
        UPS_ASSERT(!address->ups.empty() && !address->host.empty());
        UPS_ASSERT(address->address.find(':') != std::string::npos);
    }
    const Answer answer = parse_answer(text);
    const bool has_words = !answer.words.empty();
    UPS_ASSERT(has_words || answer.kind == AnswerKind::broken || answer.kind == AnswerKind::ok);
    (void)parse_type(answer.words, 3);
    // A request is one line, and reads back as the word that went in.
    const std::string line = request("SET VAR", {"u", "v", text});
    UPS_ASSERT(line.find('\n') == line.size() - 1);
    // Control bytes become blanks.
    const bool has_control = std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    const Answer back = parse_answer(std::string_view(line).substr(0, line.size() - 1));
    UPS_ASSERT(back.words.size() == 5);
    UPS_ASSERT(has_control || back.words[4] == text);
    return 0;
}
