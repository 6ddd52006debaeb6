// SPDX-License-Identifier: Apache-2.0
/// The timer daemon's socket: lines of a peer against the table of timers, with time passing in between. A
/// line of digits lets that many seconds pass.
#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "lib/base/words.hpp"
#include "tools/upssched/timer_table.hpp"

#include <algorithm>
#include <cstdint>

using namespace ups;
using namespace ups::upssched;

namespace {

void check_reply(std::string_view reply) {
    UPS_ASSERT(reply.ends_with('\n'));
    for (const std::string_view line : split_at(reply.substr(0, reply.size() - 1), '\n'))
        UPS_ASSERT(line == "OK" || line.starts_with("ERR ") || line.starts_with("TIMER \""));
}

void check_round_trip(std::string_view line) {
    const auto request = parse_request(line);
    if (!request) return;
    const auto fits = [](const std::string& word) { return word.size() <= 400; };
    const bool whole =
        fits(request->name) && fits(request->otherwise) &&
        (!request->cause || (fits(request->cause->type) && fits(request->cause->ups) &&
                             fits(request->cause->message)));
    if (whole && request->verb != Verb::list)
        UPS_ASSERT(parse_request(encode(*request)) == *request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    FakeClock clock;
    TimerTable table;
    LineScanner scanner;
    while (const auto length = scanner.scan(rest)) {
        const std::string_view line = rest.substr(0, *length);
        rest.remove_prefix(*length);
        if (const auto pause = parse_integer(trim(line));
            pause && *pause >= 0 && *pause < 1'000'000) {
            clock.advance(std::chrono::seconds(*pause));
            for (const Job& job : table.on_time(clock.now()))
                UPS_ASSERT(!job.argument.empty());
            UPS_ASSERT(!table.deadline() || *table.deadline() > clock.now());
            continue;
        }
        check_round_trip(line);
        check_reply(table.handle(line, clock.now()).reply);
        UPS_ASSERT(table.size() <= TimerTable::kMaxTimers);
        UPS_ASSERT(table.is_empty() == !table.deadline());
    }
    return 0;
}
