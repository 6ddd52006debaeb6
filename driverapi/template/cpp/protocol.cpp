// SPDX-License-Identifier: Apache-2.0
#include "protocol.hpp"

#include "kit/str.hpp"
#include "kit/text.hpp"

namespace ups::example {
namespace {

// "(" 5 SP 3 SP 2
constexpr std::size_t kStatusLength = 13;

bool is_bit(char c) {
    return c == '0' || c == '1';
}

}  // namespace

std::optional<Status> parse_status(std::string_view line) {
    if (line.size() != kStatusLength || line.front() != '(') return std::nullopt;
    const auto fields = kit::split_at(line.substr(1), ' ');
    if (fields.size() != 3 || fields[2].size() != 2) return std::nullopt;
    const auto volts = kit::to_decimal(fields[0]);
    const auto percent = kit::to_decimal(fields[1]);
    const bool bits = is_bit(fields[2][0]) && is_bit(fields[2][1]);
    if (!volts || !percent || !bits) return std::nullopt;
    return Status{*volts, *percent, fields[2][0] == '1', fields[2][1] == '1'};
}

std::optional<bool> parse_done(std::string_view line) {
    if (line == "ACK") return true;
    if (line == "NAK") return false;
    return std::nullopt;
}

}  // namespace ups::example
