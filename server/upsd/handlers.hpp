// SPDX-License-Identifier: Apache-2.0
/// What the commands do: one function per row of the table in `commands.cpp`, in `cmd_*.cpp`. All
/// checks that the row asks for have passed when a handler runs.
#pragma once

#include "lib/proto/net_error.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/commands.hpp"
#include "server/upsd/engine.hpp"
#include "server/upsd/session.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ups::upsd {

/// The outcome of a command that was not refused.
inline constexpr std::string_view kOk = "OK";

/// One command being executed.
struct Call {
    Engine& engine;
    Session& session;
    std::string& out;
    std::string_view word;  ///< the word that named the command, as the client wrote it
    std::span<const std::string_view> args;
    std::string_view verb = {};  ///< canonical; empty while unknown
    const CommandRow* row = nullptr;
    Ups* ups = nullptr;              ///< with `Needs::ups` or `Needs::data`
    Ups* named = nullptr;            ///< the UPS of the first argument, if it was looked up before
    bool is_canonical = false;       ///< `named`, and the client spells it as it is configured
    VariableHint* hint = nullptr;    ///< the variable that such a line meant before, to be kept
    std::string_view outcome = kOk;  ///< for the audit log
    bool failed = false;             ///< `outcome` is an error
    std::string tracking;            ///< likewise
    bool cut = false;                ///< a word or the line was longer than what is kept
    bool suspended = false;          ///< waits for a verdict; the line will be executed again

    /// Answers with an error. The command ends here.
    void fail(proto::NetError error);
    /// Answers `text` LF.
    void ok(std::string_view text = kOk) {
        out += text;
        out += '\n';
    }
    /// The UPS of the first argument; null after having answered UNKNOWN-UPS.
    [[nodiscard]] Ups* find_ups();
    /// Whether its data can be served; answers the error if not.
    [[nodiscard]] bool has_data(const Ups& which);
    /// Whether the user has `right`. If not, it has answered ACCESS-DENIED, or the call is
    /// suspended: the handler just returns.
    [[nodiscard]] bool permitted(Right right, std::string_view ups_name,
                                 std::string_view item = {});
};

void help(Call& call);
void ver(Call& call);
void protver(Call& call);
void get_var(Call& call);
void get_type(Call& call);
void get_desc(Call& call);
void get_cmddesc(Call& call);
void get_upsdesc(Call& call);
void get_numlogins(Call& call);
void get_tracking(Call& call);
void list_ups(Call& call);
void list_var(Call& call);
void list_rw(Call& call);
void list_cmd(Call& call);
void list_enum(Call& call);
void list_range(Call& call);
void list_client(Call& call);
void set_var(Call& call);
void set_tracking(Call& call);
void instcmd(Call& call);
void attach(Call& call);
void detach(Call& call);
void username(Call& call);
void password(Call& call);
void starttls(Call& call);
void primary(Call& call);
void fsd(Call& call);
void subscribe(Call& call);
void unsubscribe(Call& call);

}  // namespace ups::upsd
