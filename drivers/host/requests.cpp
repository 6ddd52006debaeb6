// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/requests.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::host {
namespace {

using proto::DriverRequest;
using proto::TrackingCode;
using Words = std::span<const std::string_view>;

constexpr std::size_t kMaxTrackingId = 128;

// The last two words may be `TRACKING id`; takes them off `words`.
std::string take_tracking(Words& words, std::size_t least) {
    if (words.size() < least + 2 || !iequals(words[words.size() - 2], "TRACKING")) return {};
    const std::string_view id = words.back();
    if (id.size() > kMaxTrackingId) return {};
    words = words.first(words.size() - 2);
    return std::string(id);
}

bool parse_set(Words words, ClientRequest& request) {
    request.tracking = take_tracking(words, 3);
    if (words.size() != 3) return false;
    request.name = words[1];
    request.value = words[2];
    return true;
}

bool parse_command(Words words, ClientRequest& request) {
    request.tracking = take_tracking(words, 2);
    if (words.size() != 2 && words.size() != 3) return false;
    request.name = words[1];
    if (words.size() == 3) request.value = words[2];
    return true;
}

bool is_in_range(const Variable::Range& range, double number) {
    const auto min = parse_decimal(range.first);
    const auto max = parse_decimal(range.second);
    return min && max && number >= *min && number <= *max;
}

}  // namespace

std::optional<ClientRequest> parse_request(const LineWords& line) {
    if (line.broken || line.truncated || line.words.empty()) return std::nullopt;
    const Words words = line.words;
    const auto kind = proto::driver_request(words[0]);
    if (!kind) return std::nullopt;
    ClientRequest request{.kind = *kind};
    switch (*kind) {
    case DriverRequest::set:
        if (!parse_set(words, request)) return std::nullopt;
        break;
    case DriverRequest::instcmd:
        if (!parse_command(words, request)) return std::nullopt;
        break;
    case DriverRequest::dumpvalue:
        if (words.size() != 2) return std::nullopt;
        request.name = words[1];
        break;
    case DriverRequest::dumpstatus:
        request.name = "ups.status";
        break;
    case DriverRequest::nobroadcast:
        request.broadcast = false;
        break;
    case DriverRequest::broadcast:
        request.broadcast = words.size() < 2 || words[1] != "0";
        break;
    case DriverRequest::dumpall:
    case DriverRequest::ping:
    case DriverRequest::logout:
    case DriverRequest::getpid:
        break;
    }
    return request;
}

std::optional<TrackingCode> check_set(const DriverState& state, std::string_view name,
                                      std::string_view value) {
    const Variable* const variable = state.find(name);
    if (!is_name(name)) return TrackingCode::unknown;
    if (fit_value(name, value).size() != value.size()) return TrackingCode::invalid;
    // A plugin may make a variable that somebody sets; one that does not says so itself.
    if (variable == nullptr) return std::nullopt;
    if ((variable->flags & UPSDRV_VAR_RW) == 0) return TrackingCode::unknown;
    const auto& enums = variable->enums;
    const bool listed = std::find(enums.begin(), enums.end(), value) != enums.end();
    const auto number = parse_decimal(value);
    const auto& ranges = variable->ranges;
    const bool in_range =
        number && std::any_of(ranges.begin(), ranges.end(),
                              [&](const auto& range) { return is_in_range(range, *number); });
    // A variable may have both a list and ranges: either allows a value.
    if (!enums.empty() || !ranges.empty()) {
        if (!listed && !in_range) return TrackingCode::invalid;
        return std::nullopt;
    }
    if ((variable->flags & UPSDRV_VAR_STRING) != 0 && variable->max_length > 0 &&
        value.size() > variable->max_length)
        return TrackingCode::invalid;
    if ((variable->flags & UPSDRV_VAR_NUMBER) != 0 && !number) return TrackingCode::invalid;
    return std::nullopt;
}

TrackingCode tracking_code(std::int32_t upsdrv_code) noexcept {
    if (upsdrv_code >= UPSDRV_OK) return TrackingCode::handled;
    switch (upsdrv_code) {
    case UPSDRV_E_UNKNOWN:
    case UPSDRV_E_UNSUPPORTED:
        return TrackingCode::unknown;
    case UPSDRV_E_INVALID:
        return TrackingCode::invalid;
    case UPSDRV_E_CONVERSION:
        return TrackingCode::conversion;
    default:
        return TrackingCode::failed;
    }
}

void append_tracking(std::string_view id, TrackingCode code, std::string& lines) {
    if (id.empty()) return;
    lines += "TRACKING ";
    append_word(lines, id);
    lines += ' ' + std::to_string(static_cast<int>(code)) + '\n';
}

}  // namespace ups::host
