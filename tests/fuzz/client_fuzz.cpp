// SPDX-License-Identifier: Apache-2.0
/// What a server might send to a client: the first byte picks the requests that wait, the rest is what
/// comes in.
///
/// Checked: nothing dies, every request is answered exactly once, and the answers do not depend on how
/// the bytes were cut.
#include "lib/base/assert.hpp"
#include "lib/client/conversation.hpp"

#include <cstdint>

using namespace ups;
using namespace ups::client;

namespace {

std::string describe(const Answer<Reply>& answer) {
    if (!answer) return "! " + answer.error().text;
    std::string text;
    for (const auto& row : answer->rows) {
        text += '\n';
        for (const std::string& word : row)
            text += word + '\0';
    }
    return text;
}

/// All that came of the bytes, `chunk` of them at a time.
std::string talk(std::uint8_t choice, std::string_view bytes, std::size_t chunk) {
    const Request requests[] = {get({"VAR", "u", "a.b"}), list({"VAR", "u"}), subscribe("u", {}),
                                command({"LOGIN", "u"}),  identify("VER"),    list({"UPS"})};
    Tokenizer tokenizer(Charset::utf8);
    Conversation conversation(tokenizer);
    std::string log;
    conversation.on_event([&log](const Event& event) {
        log.append("\nevent ").append(event.ups).append(event.name).append(event.value);
        if (event.rows != nullptr) log += describe(*event.rows);
    });
    std::string out;
    std::size_t asked = 0;
    std::size_t answered = 0;
    for (std::size_t bit = 0; bit < std::size(requests); ++bit) {
        if ((choice >> bit & 1U) == 0) continue;
        Conversation::ReplyHandler handler = [&](const Answer<Reply>& answer) {
            ++answered;
            log += describe(answer);
        };
        UPS_ASSERT(conversation.ask(requests[bit], handler, out));
        ++asked;
    }
    Failure end = other_failure(FailureKind::disconnected, "end");
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        if (auto failure = conversation.feed(bytes.substr(at, chunk))) {
            end = *std::move(failure);
            break;
        }
    }
    conversation.fail_all(end);
    UPS_ASSERT(answered == asked && conversation.waiting() == 0);
    return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMost =
        4096;  // below the bound of a line, which may be noticed earlier or later
    if (size == 0 || size > kMost) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = talk(data[0], bytes, kMost);
    UPS_ASSERT(talk(data[0], bytes, 1) == whole);
    UPS_ASSERT(talk(data[0], bytes, 7) == whole);
    return 0;
}
