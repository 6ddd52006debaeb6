// SPDX-License-Identifier: Apache-2.0
/// The connection to one server and the UPSes of it that are logged. Connects again by itself.
#pragma once

#include "lib/base/log.hpp"
#include "tools/upslog/target.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ups::upslog {

struct Credentials {
    std::string user;  ///< empty: reading needs no log-in
    std::string password;
};

class ServerLink final : private client::ConnectionHandler {
  public:
    static constexpr std::chrono::seconds kLongestPause{15};
    /// UPSes that are taken up from one server's list.
    static constexpr std::size_t kMaxListed = 4096;

    /// Connects when `start` is called. `style` outlives the link.
    ServerLink(client::Services services, client::ConnectionOptions options,
               Credentials credentials, const Style& style, const Logger& logger);
    ~ServerLink() override;

    /// A UPS to log. `file` outlives the link.
    void add(const std::string& name, const std::string& text, LogFile& file);
    /// All UPSes that the server lists, now and after each new connection. `suffix`: what stands behind
    /// their names in records, "@host:port".
    void add_all(const std::string& suffix, LogFile& file);
    void start();
    /// A record of each UPS is due.
    void record();

    [[nodiscard]] const client::ServerAddress& server() const noexcept {
        return options_.connect.server;
    }
    /// Every UPS has as many records as were asked for.
    [[nodiscard]] bool is_done() const;

  private:
    struct All {
        std::string suffix;
        LogFile* file;  // outlives the link
    };
    void on_ready() override;
    void on_event(const client::Event& event) override;
    void on_lost(const client::Failure& failure) override;
    void connect();
    void take_list(const client::Answer<client::Reply>& answer);
    void take_listed(const All& all, const std::string& name);

    client::Services services_;
    client::ConnectionOptions options_;
    Credentials credentials_;
    const Style& style_;
    Logger logger_;
    std::vector<All> all_;
    // Before the connection: its end must not reach targets that are gone.
    std::vector<std::unique_ptr<Target>> targets_;
    std::unique_ptr<client::Connection> connection_;
    Timer retry_;
    std::chrono::seconds pause_{1};
    unsigned rounds_ = 0;
    bool was_lost_ = false;
};

}  // namespace ups::upslog
