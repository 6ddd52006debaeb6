// SPDX-License-Identifier: Apache-2.0
/// `upsc -w`: one line per change until told to stop.
#pragma once

#include "lib/client/watch.hpp"
#include "tools/upsc/options.hpp"

#include <memory>

namespace ups::upsc {

class Watcher final : private client::ConnectionHandler, private client::WatchHandler {
  public:
    Watcher(client::Services services, client::ConnectionOptions connection,
            client::WatchOptions watch, Format format);
    ~Watcher() override;

    /// Runs until SIGINT or SIGTERM (status 0), until stdout is gone, or until the first connection or
    /// the first question fails for good (status 1).
    [[nodiscard]] int run();

  private:
    void connect();
    void stop(int status);
    void print(const std::string& line);
    void say(std::string_view text) const;
    void on_ready() override;
    void on_event(const client::Event& event) override;
    void on_lost(const client::Failure& failure) override;
    void on_value(std::string_view name, std::string_view value) override;
    void on_removed(std::string_view name) override;
    void on_trouble(const client::Failure& why) override;
    void on_good() override;

    client::Services services_;
    client::ConnectionOptions options_;
    Format format_;
    std::unique_ptr<client::Connection> connection_;
    client::Watch watch_;
    Timer retry_;
    std::chrono::seconds pause_{1};
    int status_ = 0;
    bool settled_ = false;  // the UPS is known there: from then on trouble is waited out
    bool in_trouble_ = false;
};

}  // namespace ups::upsc
