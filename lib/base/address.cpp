// SPDX-License-Identifier: Apache-2.0
#include "lib/base/address.hpp"

#include "lib/base/text.hpp"

#include <limits>

namespace ups {
namespace {

Result<std::uint16_t> parse_port(std::string_view text) {
    const auto number = parse_integer(text);
    if (!number || text.front() == '-' || *number < 1 ||
        *number > std::numeric_limits<std::uint16_t>::max())
        return fail(ErrorCode::invalid, "a port is a number from 1 to 65535");
    return static_cast<std::uint16_t>(*number);
}

}  // namespace

std::string ServerAddress::to_text() const {
    if (is_unix()) return host;
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ServerAddress> parse_server_address(std::string_view text) {
    ServerAddress address;
    if (text.empty()) return fail(ErrorCode::invalid, "the host name is empty");
    if (text.front() == '/') {
        address.host = text;
        return address;
    }
    std::string_view rest;
    if (text.front() == '[') {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || end == 1)
            return fail(ErrorCode::invalid, "an IPv6 address is written [address]");
        address.host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
        if (!rest.empty() && rest.front() != ':')
            return fail(ErrorCode::invalid, "only :port may follow the ']'");
    } else {
        const std::size_t colon = text.find(':');
        if (colon != 0) address.host = text.substr(0, colon);
        if (colon != std::string_view::npos) rest = text.substr(colon);
        if (rest.find(':', 1) != std::string_view::npos)
            return fail(ErrorCode::invalid, "an IPv6 address needs brackets: [address]:port");
    }
    if (rest.empty()) return address;
    UPS_TRY(address.port, parse_port(rest.substr(1)));
    return address;
}

Result<UpsAddress> parse_ups_address(std::string_view text, GroupForm groups) {
    UpsAddress address;
    const std::size_t at = text.find('@');
    std::string_view name = text.substr(0, at);
    if (groups == GroupForm::allowed) {
        if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
            address.group = name.substr(0, colon);
            name.remove_prefix(colon + 1);
            if (address.group.empty()) return fail(ErrorCode::invalid, "the group name is empty");
        }
    }
    if (name.empty()) return fail(ErrorCode::invalid, "the UPS name is empty");
    address.name = name;
    if (at == std::string_view::npos) return address;
    UPS_TRY(address.server, parse_server_address(text.substr(at + 1)));
    return address;
}

}  // namespace ups
