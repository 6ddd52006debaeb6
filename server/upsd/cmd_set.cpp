// SPDX-License-Identifier: Apache-2.0
/// SET VAR.
#include "lib/base/text.hpp"
#include "server/upsd/handlers.hpp"

#include <algorithm>
#include <optional>

namespace ups::upsd {
namespace {

using proto::NetError;

bool is_in_range(std::string_view value, std::span<const vars::Range> ranges) {
    const auto number = parse_decimal(value);
    return number && std::ranges::any_of(ranges, [&](const vars::Range& range) {
               return *parse_decimal(range.least) <= *number &&
                      *number <= *parse_decimal(range.most);
           });
}

/// Why the variable cannot take the value, if so.
std::optional<NetError> problem_with(const vars::UpsState& state, vars::UpsState::VarId id,
                                     std::string_view value) {
    if (!state.flags(id).writable) return NetError::readonly;
    // A length of 0 is one that the driver did not tell.
    if (state.flags(id).string && state.length(id) > 0 && value.size() > state.length(id))
        return NetError::too_long;
    const auto enums = state.enums(id);
    if (!enums.empty() && std::ranges::find(enums, value) == enums.end())
        return NetError::invalid_value;
    const auto ranges = state.ranges(id);
    if (!ranges.empty() && !is_in_range(value, ranges)) return NetError::invalid_value;
    return std::nullopt;
}

} // namespace

void set_var(Call& call) {
    const vars::UpsState& state = call.ups->state;
    const std::string_view value = call.args[2];
    if (!call.permitted(Right::set, state.ups_name(), call.args[1])) return;
    const auto id = state.find(call.args[1]);
    if (id == vars::UpsState::kNoVar) return call.fail(NetError::var_not_supported);
    if (const auto problem = problem_with(state, id, value)) return call.fail(*problem);
    if (call.cut && value.size() >= kMaxWord) return call.fail(NetError::too_long);
    const auto track = call.session.tracking ? DriverLink::Track::yes : DriverLink::Track::no;
    auto sent = call.ups->link.send_set(state.name(id), value, track);
    if (!sent.delivered) return call.fail(NetError::set_failed);
    call.tracking = std::move(sent.tracking);
    call.tracking.empty() ? call.ok() : call.ok("OK TRACKING " + call.tracking);
}

} // namespace ups::upsd
