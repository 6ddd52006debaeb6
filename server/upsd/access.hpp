// SPDX-License-Identifier: Apache-2.0
/// Who may do what, and who is told about it: the two questions that the engine asks of the
/// program.
#pragma once

#include "lib/event/listener.hpp"

#include <cstdint>
#include <string_view>

namespace ups::upsd {

/// What a command needs of its user.
enum class Right : std::uint8_t {
    read,     ///< GET, LIST, SUBSCRIBE while reads are authenticated
    attach,   ///< LOGIN, ATTACH
    primary,  ///< PRIMARY, MASTER
    fsd,      ///< FSD, and taking it back
    set,      ///< SET VAR
    instcmd,  ///< INSTCMD
};

/// One question. All views are valid during the call only.
struct AccessRequest {
    std::string_view user;      ///< as sent with USERNAME; never empty for a question
    std::string_view password;  ///< as sent with PASSWORD
    const SocketAddress& peer;
    Right right;
    std::string_view ups;   ///< configured spelling; empty for `read` of LIST UPS
    std::string_view item;  ///< `set`: variable as the client wrote it; `instcmd`: command as the driver did
};

enum class Verdict : std::uint8_t {
    granted,
    denied,
    pending,  ///< the answer comes later, through `AccessWaiter::on_verdict`
};

/// Who waits for a verdict. While it waits it executes nothing further.
class AccessWaiter {
  public:
    virtual ~AccessWaiter() = default;
    /// `granted` or `denied`; called once per pending question, from the loop, never from inside
    /// `Authenticator::decide`.
    virtual void on_verdict(Verdict verdict) = 0;
};

class Authenticator {
  public:
    virtual ~Authenticator() = default;
    /// Answers at once where it can (a known user with a plain or recently verified password). With
    /// `pending`, `waiter` is told later unless `cancel` came first. Also slows down an address
    /// that keeps failing, by leaving it waiting.
    [[nodiscard]] virtual Verdict decide(const AccessRequest& request, AccessWaiter& waiter) = 0;
    /// Whether LIST UPS shows `ups` to `user`, who was let in to it while reads are authenticated.
    [[nodiscard]] virtual bool shows(std::string_view user, std::string_view ups) const = 0;
    /// The waiter goes away; it must not be called any more. Does nothing if it waits for nothing.
    virtual void cancel(AccessWaiter& waiter) noexcept = 0;
};

/// One line for the audit log. All views are valid during the call only. Holds no password.
struct AuditRecord {
    std::uint64_t session;  ///< number of the connection
    std::string_view user;  ///< empty if the client sent none
    const SocketAddress& peer;
    std::string_view action;    ///< canonical command, as in "SET VAR", "INSTCMD", "FSD"
    std::string_view ups;       ///< as the client wrote it; may be empty
    std::string_view item;      ///< variable or command; may be empty
    std::string_view value;     ///< new value or parameter; may be empty
    std::string_view outcome;   ///< "OK", or the name of the error: "ACCESS-DENIED"
    std::string_view tracking;  ///< tracking id, if the command got one
};

class Audit {
  public:
    virtual ~Audit() = default;
    /// Called for every SET VAR, INSTCMD and FSD, whatever its outcome, and for every other command
    /// that was refused for lack of rights, credentials or encryption.
    virtual void record(const AuditRecord& what) = 0;
    /// The driver's answer to a command that got a tracking id: once per id, after its `record`.
    /// `outcome`: "SUCCESS", or the name of the error that GET TRACKING then gives.
    virtual void answered(std::string_view ups, std::string_view tracking,
                          std::string_view outcome) = 0;
};

}  // namespace ups::upsd
