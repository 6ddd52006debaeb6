// SPDX-License-Identifier: Apache-2.0
/// A driver's bytes: whatever it says, the state is consistent, and saying it in two pieces changes
/// nothing. A link and its UPS alone: an engine around them would cost most of the time.
#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "tests/unit/upsd/engine_world.hpp"

#include <cstdint>

using namespace ups;
using namespace ups::upsd;
using namespace ups::upsd::testing;

namespace {

/// The state as a client sees it.
std::string picture(const vars::UpsState& state) {
    std::string all(state.list_var());
    all.append(state.list_rw()).append(state.list_cmd());
    return all;
}

class DeafDriver final : public DriverOutput {
    bool send(std::string_view) override { return true; }
};

/// A UPS whose driver is connected, and what its link needs.
struct Linked {
    Linked() { ups.link.connected(driver); }
    ~Linked() { ups.link.disconnected(); }
    Linked(const Linked&) = delete;
    Linked& operator=(const Linked&) = delete;

    FakeClock clock;
    CountingRandom random;
    MemorySink sink;
    Logger logger{sink, LogLevel::debug};
    FakeAudit audit;
    Tracking tracking{clock, random};
    Tokenizer tokenizer;
    DeafDriver driver;
    Ups ups{{clock, logger, tracking, audit, tokenizer},
            {.name = "alpha", .description = "", .driver = "fake", .socket_path = "/nowhere"},
            std::chrono::seconds(15)};
};

void check(const vars::UpsState& state) {
    Tokenizer tokenizer(Charset::utf8);
    std::string_view last;
    std::size_t count = 0;
    for (const auto id : state.sorted()) {
        ++count;
        UPS_ASSERT(last.empty() || icompare(last, state.name(id)) < 0);
        last = state.name(id);
        UPS_ASSERT(state.find(last) == id);
        const std::string_view line = state.line(id);
        UPS_ASSERT(line.size() <= 511 && line.find('\n') == line.size() - 1);
        const LineWords words = tokenizer.split(line);
        UPS_ASSERT(!words.broken && words.words.size() == 4 && words.words[2] == last);
    }
    UPS_ASSERT(count == state.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t cut = bytes.empty() ? 0 : data[0] * bytes.size() / 256;
    Linked whole;
    whole.ups.link.on_bytes(bytes);
    check(whole.ups.state);
    Linked split;
    split.ups.link.on_bytes(bytes.substr(0, cut));
    split.ups.link.on_bytes(bytes.substr(cut));
    UPS_ASSERT(picture(whole.ups.state) == picture(split.ups.state));
    return 0;
}
