// SPDX-License-Identifier: Apache-2.0
/// A driver's bytes: whatever it says, the state is consistent, and saying it in two pieces changes
/// nothing.
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

void check(const vars::UpsState& state) {
    std::string_view last;
    std::size_t count = 0;
    for (const auto id : state.sorted()) {
        ++count;
        UPS_ASSERT(last.empty() || icompare(last, state.name(id)) < 0);
        last = state.name(id);
        UPS_ASSERT(state.find(last) == id);
        const std::string_view line = state.line(id);
        UPS_ASSERT(line.size() <= 511 && line.find('\n') == line.size() - 1);
        Tokenizer tokenizer(Charset::utf8);
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
    World whole(settings_with({"alpha"}));
    whole.driver("alpha").say(bytes);
    World split(settings_with({"alpha"}));
    FakeDriver& driver = split.driver("alpha");
    driver.say(bytes.substr(0, cut));
    driver.say(bytes.substr(cut));
    const vars::UpsState& state = whole.engine.registry().find("alpha")->state;
    check(state);
    UPS_ASSERT(picture(state) == picture(split.engine.registry().find("alpha")->state));
    return 0;
}
