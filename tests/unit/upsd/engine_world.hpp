// SPDX-License-Identifier: Apache-2.0
/// An engine with nothing real around it: clients, drivers, users and time are the test's. Used by unit
/// tests, transcripts and fuzz targets.
#pragma once

#include "lib/base/clock.hpp"
#include "lib/base/log.hpp"
#include "lib/base/random.hpp"
#include "server/upsd/engine.hpp"
#include "server/upsd/session.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsd::testing {

/// Counts instead of being random.
class CountingRandom final : public Random {
  public:
    void fill(std::span<std::byte> bytes) override;

  private:
    unsigned count_ = 0;
};

/// Users with rights by name: `attach`, `primary`, `fsd`, `set`, `read`, `instcmd`, `instcmd:NAME`; none for
/// `hide:UPS`, which LIST UPS leaves out.
class FakeAuthenticator final : public Authenticator {
  public:
    struct User {
        std::string password;
        std::set<std::string, std::less<>> rights;
    };
    std::map<std::string, User, std::less<>> users;
    bool slow = false;  ///< verdicts come with `answer_all`

    Verdict decide(const AccessRequest& request, AccessWaiter& waiter) override;
    [[nodiscard]] bool shows(std::string_view user, std::string_view ups) const override;
    void cancel(AccessWaiter& waiter) noexcept override;
    /// Gives all verdicts that are owed.
    void answer_all();
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  private:
    [[nodiscard]] Verdict judge(const AccessRequest& request) const;
    std::deque<std::pair<AccessWaiter*, Verdict>> waiting_;
};

/// Keeps `ACTION user ups item value outcome` per record, blanks between what is not empty.
class FakeAudit final : public Audit {
  public:
    std::deque<std::string> lines;
    void record(const AuditRecord& what) override;
    void answered(std::string_view ups, std::string_view tracking,
                  std::string_view outcome) override;
};

class FakeTls final : public TlsProvider {
  public:
    bool has_certificate = false;
    [[nodiscard]] bool configured() const noexcept override { return has_certificate; }
    [[nodiscard]] std::unique_ptr<ByteIo> accept(Fd fd, const SocketAddress&) override {
        return std::make_unique<PlainIo>(std::move(fd));
    }
};

/// Knows two names.
class FakeDescriptions final : public vars::Descriptions {
  public:
    [[nodiscard]] std::optional<std::string_view>
    variable(std::string_view name) const noexcept override;
    [[nodiscard]] std::optional<std::string_view>
    command(std::string_view name) const noexcept override;
};

/// A client, with what a connection would do for its session.
class FakeClient final : private SessionHost {
  public:
    FakeClient(Engine& engine, std::string host, Security security);

    /// Feeds bytes, and takes the replies and events.
    void send(std::string_view bytes);
    /// Takes what is due now: held-back replies, events. Does nothing while `blocked`.
    void work();

    std::string received;
    bool blocked = false;  ///< does not read: events wait
    bool closed = false;
    bool in_tls = false;
    Session session;

  private:
    void on_ready(Session&) override { work(); }
    void on_events(Session&) override { due_ = true; }
    void on_notice(Session&, std::string_view lines) override { notices_ += lines; }
    void settle();

    std::string notices_;
    bool due_ = false;
};

/// A driver that a link is connected to. Connected while it exists.
class FakeDriver final : private DriverOutput {
  public:
    FakeDriver(Engine& engine, Ups& ups);
    ~FakeDriver() override;
    void say(std::string_view bytes) { engine_.driver_bytes(ups_, bytes); }

    std::string heard;
    bool broken = false;  ///< takes nothing

  private:
    bool send(std::string_view lines) override;
    Engine& engine_;
    Ups& ups_;
};

struct World {
    explicit World(Settings settings = {});
    /// A client from a loopback address.
    FakeClient& client(std::string host = "127.0.0.1", Security security = Security::clear);
    /// Connects a driver to a UPS. It says nothing by itself.
    FakeDriver& driver(std::string_view ups);
    /// Lets time pass, stopping at each deadline on the way.
    void pass(Duration time);
    /// Lets every client take what is due.
    void settle();

    FakeClock clock;
    CountingRandom random;
    MemorySink sink;
    Logger logger{sink, LogLevel::debug};
    FakeAuthenticator users;
    FakeAudit audit;
    FakeTls tls;
    FakeDescriptions descriptions;
    Engine engine;
    std::map<std::string, std::unique_ptr<FakeDriver>, std::less<>> drivers;
    std::vector<std::unique_ptr<FakeClient>> clients;
};

/// Settings with these UPSes, without descriptions.
[[nodiscard]] Settings settings_with(std::initializer_list<std::string> upses);

}  // namespace ups::upsd::testing
