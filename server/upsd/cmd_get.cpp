// SPDX-License-Identifier: Apache-2.0
/// GET VAR, TYPE, DESC, CMDDESC, UPSDESC, NUMLOGINS.
#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"
#include "lib/base/words.hpp"
#include "lib/proto/net_reply.hpp"
#include "server/upsd/banner.hpp"
#include "server/upsd/handlers.hpp"

namespace ups::upsd {
namespace {

constexpr std::string_view kServer = "server.";
constexpr std::string_view kNoDescription = "Description unavailable";

/// Nearly no name gets behind the first letter.
bool is_server_var(std::string_view name) {
    return !name.empty() && ascii_lower(name.front()) == kServer.front() &&
           istarts_with(name, kServer);
}

/// `server.*` is ours: no UPS need exist for it.
void get_server_var(Call& call) {
    const std::string_view name = call.args[1];
    if (iequals(name, "server.version"))
        proto::append_fact(call.out, {"VAR", call.args[0], name}, kVersion);
    else if (iequals(name, "server.info"))
        proto::append_fact(call.out, {"VAR", call.args[0], name}, banner());
    else
        call.fail(proto::NetError::var_not_supported);
}

}  // namespace

void get_var(Call& call) {
    const std::string_view name = call.args[1];
    if (is_server_var(name)) return get_server_var(call);
    const Ups* const found = call.find_ups();
    if (found == nullptr || !call.has_data(*found)) return;
    const vars::UpsState& state = found->state;
    const auto id = state.find(name);
    if (id == vars::UpsState::kNoVar) return call.fail(proto::NetError::var_not_supported);
    if (call.is_canonical && name == state.name(id)) {
        if (call.hint != nullptr) *call.hint = {found, state.generation(), id};
        call.out += state.line(id);
        return;
    }
    proto::append_words(call.out, {"VAR", call.args[0], name});
    call.out += state.line_value(id);
}

void get_type(Call& call) {
    const vars::UpsState& state = call.ups->state;
    const auto id = state.find(call.args[1]);
    if (id == vars::UpsState::kNoVar) return call.fail(proto::NetError::var_not_supported);
    const vars::VarFlags flags = state.flags(id);
    proto::append_words(call.out, {"TYPE", call.args[0], call.args[1]});
    if (flags.writable) call.out += " RW";
    if (!state.enums(id).empty()) call.out += " ENUM";
    if (!state.ranges(id).empty()) call.out += " RANGE";
    if (flags.string)
        call.out.append(" STRING:").append(std::to_string(state.length(id)));
    else
        call.out += " NUMBER";
    call.out += '\n';
}

void get_desc(Call& call) {
    const auto text = call.engine.parts().descriptions.variable(call.args[1]);
    proto::append_fact(call.out, {"DESC", call.args[0], call.args[1]},
                       text.value_or(kNoDescription));
}

void get_cmddesc(Call& call) {
    const auto text = call.engine.parts().descriptions.command(call.args[1]);
    proto::append_fact(call.out, {"CMDDESC", call.args[0], call.args[1]},
                       text.value_or(kNoDescription));
}

void get_upsdesc(Call& call) {
    const std::string& text = call.ups->settings.description;
    proto::append_fact(call.out, {"UPSDESC", call.args[0]}, text.empty() ? "Unavailable" : text);
}

void get_numlogins(Call& call) {
    // Answered whatever the driver does: a primary counts its secondaries when things are bad.
    const bool draft = iequals(call.word, "NUMATTACH");
    proto::append_words(call.out, {draft ? "NUMATTACH" : "NUMLOGINS", call.args[0]});
    call.out.append(" ").append(std::to_string(call.ups->attached.size())) += '\n';
}

}  // namespace ups::upsd
