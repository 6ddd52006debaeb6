// SPDX-License-Identifier: Apache-2.0
/// LIST UPS, VAR, RW, CMD, ENUM, RANGE, CLIENT.
///
/// Frames repeat what the client wrote; the lines inside have its spelling of the UPS too, but the
/// driver's spelling of variables and commands (of ENUM and RANGE: the client's).
#include "lib/proto/net_reply.hpp"
#include "lib/vars/value_text.hpp"
#include "server/upsd/handlers.hpp"

#include <algorithm>

namespace ups::upsd {
namespace {

/// The variable of LIST ENUM and LIST RANGE; kNoVar after having answered.
vars::UpsState::VarId find_var(Call& call) {
    const auto id = call.ups->state.find(call.args[1]);
    if (id == vars::UpsState::kNoVar) call.fail(proto::NetError::var_not_supported);
    return id;
}

}  // namespace

void list_ups(Call& call) {
    proto::append_list_begin(call.out, "UPS", {});
    const Registry& registry = call.engine.registry();
    if (call.engine.settings().reads == Reads::anonymous) {
        call.out += registry.list_ups();
    } else {
        const Authenticator& authenticator = call.engine.parts().authenticator;
        for (const auto& ups : registry.all())
            if (authenticator.shows(*call.session.user, ups->settings.name))
                append_ups_line(call.out, ups->settings);
    }
    proto::append_list_end(call.out, "UPS", {});
}

void list_var(Call& call) {
    const vars::UpsState& state = call.ups->state;
    proto::append_list_begin(call.out, "VAR", {call.args[0]});
    if (call.is_canonical) {
        call.out += state.list_var();
    } else {
        for (const auto id : state.sorted()) {
            proto::append_words(call.out, {"VAR", call.args[0], state.name(id)});
            call.out += state.line_value(id);
        }
    }
    proto::append_list_end(call.out, "VAR", {call.args[0]});
}

void list_rw(Call& call) {
    const vars::UpsState& state = call.ups->state;
    proto::append_list_begin(call.out, "RW", {call.args[0]});
    if (call.is_canonical) {
        call.out += state.list_rw();
    } else {
        for (const auto id : state.sorted()) {
            if (!state.flags(id).writable) continue;
            proto::append_words(call.out, {"RW", call.args[0], state.name(id)});
            state.append_plain_value(call.out, id);
        }
    }
    proto::append_list_end(call.out, "RW", {call.args[0]});
}

void list_cmd(Call& call) {
    const vars::UpsState& state = call.ups->state;
    proto::append_list_begin(call.out, "CMD", {call.args[0]});
    if (call.is_canonical) {
        call.out += state.list_cmd();
    } else {
        for (const std::string& one : state.commands()) {
            proto::append_words(call.out, {"CMD", call.args[0], one});
            call.out += '\n';
        }
    }
    proto::append_list_end(call.out, "CMD", {call.args[0]});
}

void list_enum(Call& call) {
    const auto id = find_var(call);
    if (id == vars::UpsState::kNoVar) return;
    proto::append_list_begin(call.out, "ENUM", {call.args[0], call.args[1]});
    for (const std::string& one : call.ups->state.enums(id))
        proto::append_fact(call.out, {"ENUM", call.args[0], call.args[1]}, one);
    proto::append_list_end(call.out, "ENUM", {call.args[0], call.args[1]});
}

void list_range(Call& call) {
    const auto id = find_var(call);
    if (id == vars::UpsState::kNoVar) return;
    proto::append_list_begin(call.out, "RANGE", {call.args[0], call.args[1]});
    for (const vars::Range& one : call.ups->state.ranges(id)) {
        proto::append_words(call.out, {"RANGE", call.args[0], call.args[1]});
        call.out.append(" \"").append(one.least).append("\" \"").append(one.most).append("\"\n");
    }
    proto::append_list_end(call.out, "RANGE", {call.args[0], call.args[1]});
}

void list_client(Call& call) {
    proto::append_list_begin(call.out, "CLIENT", {call.args[0]});
    // Newest connection first.
    std::vector<const Session*> sessions(call.ups->attached.begin(), call.ups->attached.end());
    std::ranges::sort(sessions, std::greater{}, &Session::number);
    for (const Session* const one : sessions) {
        proto::append_words(call.out, {"CLIENT", call.ups->settings.name, one->peer().host});
        call.out += '\n';
    }
    proto::append_list_end(call.out, "CLIENT", {call.args[0]});
}

}  // namespace ups::upsd
