// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/console.hpp"

#include <cstdio>
#include <string>

namespace ups::upsdrvctl {
namespace {
void write_stamped(Duration since, const std::string& level, std::string_view text) {
    const double seconds = std::chrono::duration<double>(since).count();
    std::fprintf(stderr, "%11.6f\t%s%.*s\n", seconds, level.c_str(), static_cast<int>(text.size()),
                 text.data());
}
}  // namespace

void Console::say(std::string_view text) const {
    if (debug_ > 0)
        write_stamped(clock_.now() - start_, "", text);
    else
        std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

void Console::debug(unsigned level, std::string_view text) const {
    if (level <= debug_)
        write_stamped(clock_.now() - start_, "[D" + std::to_string(level) + "] ", text);
}

}  // namespace ups::upsdrvctl
