// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/text.hpp"

#include "lib/base/text.hpp"

#include <fmt/core.h>

namespace ups::upsmon::plan {

std::string action_text(const conf::RuleAction& action) {
    const std::string text = printable(action.text);
    switch (action.kind) {
    case conf::ActionKind::run:
        return fmt::format("run \"{}\"", text);
    case conf::ActionKind::send:
        return fmt::format("send {}{}{} to {}", text, action.parameter.empty() ? "" : " ",
                           printable(action.parameter), action.ups);
    case conf::ActionKind::outlet:
        return fmt::format("switch {} outlet {} of {}", action.parameter, text, action.ups);
    case conf::ActionKind::outlet_group:
        return fmt::format("switch {} outlet group {} of {}", action.parameter, text, action.ups);
    case conf::ActionKind::notify:
        return fmt::format("notify \"{}\"", text);
    case conf::ActionKind::shutdown:
        return "shut this host down";
    case conf::ActionKind::fsd:
        return "forced shutdown";
    }
    return "";
}

std::string time_text(std::chrono::seconds time) {
    const auto total = time.count();
    const auto hours = total / 3600;
    const auto minutes = total / 60 % 60;
    const auto rest = total % 60;
    if (hours > 0)
        return minutes > 0 ? fmt::format("{} h {} min", hours, minutes)
                           : fmt::format("{} h", hours);
    if (minutes > 0)
        return rest > 0 ? fmt::format("{} min {} s", minutes, rest)
                        : fmt::format("{} min", minutes);
    return fmt::format("{} s", rest);
}

}  // namespace ups::upsmon::plan
