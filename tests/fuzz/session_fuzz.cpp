// SPDX-License-Identifier: Apache-2.0
/// Bytes of clients and drivers against the whole engine. The first byte picks the surroundings; the rest
/// is cut into pieces at 0xFF, whose first byte says who speaks or what happens.
///
/// To build an engine costs more than most inputs, so one serves them all; it forgets all of an input before
/// the next.
///
/// Checked: nothing dies, every reply line is whole, and no answer is longer than its bound.
#include "lib/base/assert.hpp"
#include "tests/unit/upsd/engine_world.hpp"

#include <cstdint>

using namespace ups;
using namespace ups::upsd;
using namespace ups::upsd::testing;

namespace {

constexpr std::size_t kMostPieces = 200;

void check_output(FakeClient& client) {
    UPS_ASSERT(client.received.empty() || client.received.back() == '\n');
    client.received.clear();
}

void step(World& world, FakeClient& first, FakeClient& second, std::string_view piece) {
    const char what = piece.front();
    piece.remove_prefix(1);
    switch (what) {
    case 'c':
        first.send(piece);
        break;
    case 'C':
        second.send(piece);
        break;
    case 'd':
        world.drivers.at("alpha")->say(piece);
        break;
    case 'u':
        if (world.engine.registry().find("beta") != nullptr) world.driver("beta").say(piece);
        break;
    case 'D':
        world.drivers.erase("beta");
        break;
    case 't':
        world.pass(std::chrono::seconds(piece.size() % 64));
        break;
    case 'v':
        world.users.answer_all();
        break;
    case 'b':
        second.blocked = !second.blocked;
        break;
    case 'r': {
        Settings settings = world.engine.settings();
        if (settings.upses.size() > 1)
            settings.upses.pop_back();
        else
            settings.upses = settings_with({"alpha", "beta"}).upses;
        const RegistryChange change = world.engine.apply(settings);
        for (const auto& gone : change.removed)
            world.drivers.erase(gone->settings.name);
        if (change.added.empty()) break;
        world.driver("beta");
        break;
    }
    default:
        break;
    }
    world.settle();
    check_output(first);
    check_output(second);
}

/// As a new world with these settings, but for the numbers of sessions and driver connections, which no
/// client sees.
void begin_again(World& world, Settings settings) {
    world.clients.clear();
    world.drivers.clear();
    world.clock.advance(2 * Settings().tracking_delay);
    (void)world.engine.tracking().state("any");  // drops what is too old
    UPS_ASSERT(world.engine.tracking().size() == 0 && world.users.waiting() == 0);
    world.clock = FakeClock();
    world.random = CountingRandom();
    world.sink = MemorySink();
    world.users = FakeAuthenticator();
    world.audit = FakeAudit();
    world.tls = FakeTls();
    // One by another name is another UPS, so that no state stays.
    for (const auto& ups : world.engine.registry().all())
        ups->settings.name = "gone";
    const RegistryChange change = world.engine.apply(std::move(settings));
    UPS_ASSERT(change.added.size() == world.engine.registry().all().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned mode = data[0];
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    Settings settings = settings_with({"alpha", "beta"});
    if ((mode & 1U) != 0) settings.reads = Reads::authenticated;
    if ((mode & 2U) != 0) settings.charset = Charset::utf8;
    static World world;
    begin_again(world, std::move(settings));
    world.users.slow = (mode & 4U) != 0;
    world.tls.has_certificate = (mode & 8U) != 0;
    world.users.users["u"] = {"p", {"read", "attach", "primary", "fsd", "set", "instcmd"}};
    world.driver("alpha").say("SETINFO ups.status \"OL\"\nSETINFO ups.id \"x\"\nSETAUX ups.id 9\n"
                              "SETFLAGS ups.id RW STRING\nSETINFO a.b \"1\"\nADDENUM a.b \"2\"\n"
                              "ADDRANGE a.b 1 5\nSETFLAGS a.b RW NUMBER\nADDCMD load.off\n"
                              "DATAOK\nDUMPDONE\n");
    FakeClient& first = world.client((mode & 16U) != 0 ? "192.0.2.1" : "127.0.0.1");
    FakeClient& second = world.client();
    second.send("USERNAME u\nPASSWORD p\n");
    world.users.answer_all();
    second.received.clear();
    for (std::size_t pieces = 0; !rest.empty() && pieces < kMostPieces; ++pieces) {
        const std::size_t end = rest.find('\xFF');
        const std::string_view piece = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (!piece.empty()) step(world, first, second, piece);
        for (auto& [name, driver] : world.drivers)
            driver->heard.clear();
    }
    return 0;
}
