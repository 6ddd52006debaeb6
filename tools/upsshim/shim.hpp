// SPDX-License-Identifier: Apache-2.0
/// The process: listeners, sessions, certificates, signals.
#pragma once

#include "lib/base/notify_socket.hpp"
#include "lib/base/privileges.hpp"
#include "lib/event/listener.hpp"
#include "tools/upsshim/session.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsshim {

/// Loads what the options name. Fails with the message for the user.
[[nodiscard]] Result<tls::TlsContextPtr> make_context(const Options& options, WallTime now);

class Shim final : private SessionOwner {
  public:
    /// The same reason for an end is logged again after this time only; meanwhile it is counted.
    static constexpr std::chrono::seconds kRepeat{60};

    /// All outlive the object.
    Shim(Loop& loop, const Options& options, const Logger& logger, NotifySocket notify);
    ~Shim() override;
    Shim(const Shim&) = delete;
    Shim& operator=(const Shim&) = delete;

    /// Loads certificates and binds, then becomes `account` (nothing: stays who it is), confines itself and
    /// watches signals.
    [[nodiscard]] Result<void> start(const std::optional<Account>& account);
    /// Serves until SIGTERM or SIGINT. SIGHUP loads the certificates anew, for new sessions.
    void run();

  private:
    void on_client(Fd fd, SocketAddress peer);
    void on_over(Session& session, std::string_view reason) override;
    void complain(const SocketAddress& peer, std::string_view reason);
    void watch_signals();
    void reload();
    void tell_status() const;
    void beat();
    std::string confine_files();

    const Options& options_;
    Logger logger_;
    NotifySocket notify_;
    client::BackgroundResolver resolver_;
    World world_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::map<const Session*, std::unique_ptr<Session>> sessions_;
    std::vector<std::unique_ptr<SignalWatch>> signals_;
    Timer beat_;
    std::string last_reason_;
    Instant last_complaint_;
    std::uint64_t repeats_ = 0;
};

}  // namespace ups::upsshim
