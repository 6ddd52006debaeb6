// SPDX-License-Identifier: Apache-2.0
/// One client: bytes in, replies appended to a string. No I/O.
///
/// Lines are executed in the order they came in. A line that breaks the grammar is answered
/// INVALID-ARGUMENT and ends at its LF. A command that must wait for a verdict holds back the lines
/// behind it; so does a reply that has grown too long, until the owner calls `resume`. What is held
/// back is bounded by the owner, who feeds nothing while `has_backlog()`.
#pragma once

#include "lib/base/words.hpp"
#include "lib/proto/net_error.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/engine.hpp"
#include "server/upsd/subscription.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsd {

/// The owner of a session, which does its I/O.
class SessionHost {
  public:
    virtual ~SessionHost() = default;
    /// A verdict came: `resume` will go on.
    virtual void on_ready(Session& session) = 0;
    /// There may be something to push: call `events` when the peer takes output.
    virtual void on_events(Session& session) = 0;
    /// Send this as it is (the end of a subscription); never inside a reply.
    virtual void on_notice(Session& session, std::string_view lines) = 0;
    /// The client repeats a request: the next one will look there. Only to be fetched ahead of it.
    virtual void on_habit(Session& /*session*/, std::span<const void* const> /*at*/) {}
};

enum class Security : std::uint8_t { clear, tls };

/// How long a silent client is kept.
enum class Patience : std::uint8_t {
    usual,
    attached,    ///< counts in NUMLOGINS: polls may be minutes apart
    subscribed,  ///< waits for events; only a dead peer ends it
};

class Session final : private AccessWaiter {
  public:
    /// Replies that are written in one go may be this long, plus the last one.
    static constexpr std::size_t kMostOutput = std::size_t{64} * 1024;

    /// Engine and host outlive the session.
    Session(Engine& engine, SessionHost& host, SocketAddress peer, Security security);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Executes the lines in `bytes` and appends the replies to `out`, which starts empty. Keeps
    /// what it could not execute yet.
    void on_input(std::string_view bytes, std::string& out);
    /// Goes on with what is held back.
    void resume(std::string& out);
    /// Whether lines are held back: call `resume`, and feed nothing before.
    [[nodiscard]] bool has_backlog() const noexcept { return held_back_; }
    /// Whether only a verdict can make it go on.
    [[nodiscard]] bool is_waiting() const noexcept { return waiting_; }
    /// Whether one of `has_backlog`, `wants_close` and `wants_tls` holds.
    [[nodiscard]] bool wants_something() const noexcept {
        return held_back_ || closing_ || wants_tls_;
    }
    /// After LOGOUT: write the replies, then close.
    [[nodiscard]] bool wants_close() const noexcept { return closing_; }
    /// After STARTTLS: write the replies, start the handshake, then call `secured`.
    [[nodiscard]] bool wants_tls() const noexcept { return wants_tls_; }
    void secured();
    /// Lines executed so far; an owner that sees it change knows the client is alive.
    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
    [[nodiscard]] Patience patience() const noexcept;
    /// Appends what the subscriptions have to push.
    void events(std::string& out);
    [[nodiscard]] bool has_events() const noexcept { return !eventful_.empty(); }

    /// The middle of what each request looks at.
    [[nodiscard]] const void* busy_part() const noexcept { return &lines_; }

    // --- For the engine and the handlers. ---

    /// `ups` is going away: ends log-in and subscription.
    void ups_removed(Ups& ups);
    /// `subscription` may have something to push.
    void note_events(Subscription& subscription);
    /// `subscription` is going away.
    void drop_events(Subscription& subscription) noexcept;
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] const SocketAddress& peer() const noexcept { return peer_; }
    [[nodiscard]] Security security() const noexcept { return security_; }
    [[nodiscard]] proto::Dialect dialect() const noexcept { return dialect_; }
    [[nodiscard]] Ups* attached_to() const noexcept { return attached_to_; }
    void attach_to(Ups& ups);
    void detach();
    /// Both forget who the client was and what it had asked for.
    void close_after_reply();
    void start_tls();
    /// Subscribes, and appends the snapshot. `spelling`: how the client writes the UPS.
    void subscribe(Ups& ups, std::string_view spelling, std::vector<std::string> only,
                   std::string& out);
    void unsubscribe(const Ups& ups);
    /// Asks the authenticator, unless the verdict is there already.
    [[nodiscard]] Verdict ask(Right right, std::string_view ups_name, std::string_view item);

    std::optional<std::string> user;
    std::optional<std::string> password;
    bool tracking = false;

  private:
    void on_verdict(Verdict verdict) override;
    void run(std::string& out);
    std::size_t next_line(std::string_view data, std::string& out);
    std::size_t answer_front(std::string_view data, std::string& out);
    RequestCache::Known* recall(std::string_view data);
    void tell_habit(const RequestCache::Known& known);
    std::size_t execute_next(std::string_view data, std::string& out);
    std::size_t execute_front(std::string_view data, std::string& out);
    bool answer_as_before(const RequestCache::Known& known, std::string& out);
    void execute(const LineWords& words, std::string& out);
    void execute(const Request& request, std::string& out, VariableHint* hint = nullptr);
    [[nodiscard]] bool check(Call& call, const Request& request);
    [[nodiscard]] bool check_credentials(Call& call, Access access);
    [[nodiscard]] bool check_arguments(Call& call);
    [[nodiscard]] bool may_read(Call& call);
    void audit(const Call& call) const;
    void forget_everything();

    // Rarely needed.
    SessionHost& host_;
    SocketAddress peer_;
    std::uint64_t number_;
    std::vector<Subscription*> eventful_;  // of `subscriptions_`
    const Ups* readable_ = nullptr;  // last one that reading was granted for, in `read_epoch_`
    std::uint64_t read_epoch_ = ~std::uint64_t{0};

    // Needed for each request: together, so that a request to one of thousands of sessions brings little
    // memory into the cache.
    std::string pending_;  // input that is not executed yet: a partial line, or what is held back
    std::uint64_t lines_ = 0;
    std::vector<std::unique_ptr<Subscription>> subscriptions_;
    Engine& engine_;
    Ups* attached_to_ = nullptr;  // told by ups_removed
    LineScanner scanner_;
    RequestCache::Known* last_request_ = nullptr;  // most clients send the same again and again
    std::optional<Verdict> verdict_;
    Security security_;
    bool exposed_;  // in clear text to another machine
    proto::Dialect dialect_ = proto::Dialect::deployed;
    // Bits, so that one look tells that none of several is set.
    bool held_back_ : 1 = false;
    bool closing_ : 1 = false;
    bool wants_tls_ : 1 = false;
    bool waiting_ : 1 = false;
    bool skipping_ : 1 = false;  // an overlong line, up to its LF
};

}  // namespace ups::upsd
