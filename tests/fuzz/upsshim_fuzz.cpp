// SPDX-License-Identifier: Apache-2.0
/// The shim between a client and a server, both hostile. The first byte chooses the side and the rule; then
/// come chunks: a byte that tells who speaks and how much, and the bytes.
#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "tools/upsshim/interceptor.hpp"

#include <cstdint>

using namespace ups;
using namespace ups::upsshim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Side side = (data[0] & 1) != 0 ? Side::client : Side::server;
    Interceptor interceptor(side, (data[0] & 2) != 0 ? Plain::greetings : Plain::all);
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::string to_server;
    std::string to_client;
    while (!rest.empty()) {
        const auto head = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        const std::string_view chunk = rest.substr(0, head & 0x7F);
        rest.remove_prefix(chunk.size());
        const std::size_t before = to_client.size();
        const Verdict verdict = (head & 0x80) != 0
                                    ? interceptor.feed_server(chunk, to_client)
                                    : interceptor.feed_client(chunk, to_server, to_client);
        if ((head & 0x80) == 0)
            UPS_ASSERT(interceptor.is_tls() ||
                       to_client.substr(before).find("VAR") == std::string::npos);
        if (verdict == Verdict::overrun) return 0;
        if (verdict != Verdict::start_tls) continue;
        UPS_ASSERT(side == Side::server && !interceptor.is_tls());
        UPS_ASSERT(to_client.ends_with("OK STARTTLS\n"));
        interceptor.tls_started();
    }
    // Nothing that starts TLS ever passes to the server.
    for (const std::string_view line : split_at(to_server, '\n'))
        UPS_ASSERT(!iequals(trim(line), "STARTTLS") || to_server.find('"') != std::string::npos ||
                   to_server.find('\\') != std::string::npos);
    return 0;
}
