// SPDX-License-Identifier: Apache-2.0
/// Files of the dummy driver: whatever they hold, names are names, waits are bounded, problems have a
/// place, and a round through the file ends.
#include "plugins/dummy/device_file.hpp"
#include "plugins/dummy/player.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

using namespace ups::dummy;

namespace {

void check_file(const DeviceFile& file, std::string_view text) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    for (const Problem& problem : file.problems) {
        UPS_ASSERT(problem.line >= 1 && problem.line <= lines);
        UPS_ASSERT(problem.column >= 1 &&
                   static_cast<std::size_t>(problem.column) <= text.size() + 1);
    }
    for (const Entry& entry : file.entries) {
        UPS_ASSERT(entry.kind != EntryKind::value || is_variable_name(entry.name));
        UPS_ASSERT(entry.seconds >= 0 && entry.seconds <= kMaxTimer);
        UPS_ASSERT(entry.text.find('\n') == std::string::npos);
    }
    for (const Rule& rule : file.rules)
        UPS_ASSERT(is_variable_name(rule.variable));
    for (const std::string& command : file.commands)
        UPS_ASSERT(is_variable_name(command));
}

void check_round(const DeviceFile& file) {
    Player player(file.entries, 0);
    std::size_t taken = player.take(0).size();
    while (const auto next = player.next_ms()) {
        taken += player.take(*next).size();
    }
    UPS_ASSERT(player.at_end() && taken == file.entries.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const DeviceFile file = parse_device_file(text);
    check_file(file, text);
    check_round(file);
    return 0;
}
