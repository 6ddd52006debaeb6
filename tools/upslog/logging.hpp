// SPDX-License-Identifier: Apache-2.0
/// The run of `upslog`: files, servers, signals and the interval, on one loop.
#pragma once

#include "tools/upslog/options.hpp"
#include "tools/upslog/server_link.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ups::upslog {

class Logging {
  public:
    /// All outlive the object. `style` is what the options say.
    Logging(Loop& loop, const Style& style, const Logger& logger);

    /// Opens the files. Fails with the message for the user.
    [[nodiscard]] Result<void> open_files(const std::vector<Pair>& pairs);
    /// Prepares the servers (reads credentials and certificates). Warnings go to the log.
    [[nodiscard]] Result<void> add_servers(const Options& options, client::GetEnv get_env);
    /// Logs until SIGTERM, SIGINT or SIGQUIT, or until all records are written (status 0), or until the
    /// reader of standard output is gone (status 1). SIGHUP opens the files anew, SIGUSR1 writes records now.
    [[nodiscard]] int run();

  private:
    void tick();
    void record();
    void check_end();
    ServerLink* find_link(const client::ServerAddress& server);

    Loop& loop_;
    const Style& style_;
    Logger logger_;
    client::BackgroundResolver resolver_;
    Tokenizer tokenizer_{Charset::utf8};
    std::map<std::string, std::unique_ptr<LogFile>> files_;
    std::vector<std::unique_ptr<ServerLink>> links_;
    Timer tick_;
    Timer end_check_;
    Instant next_;
    int status_ = 0;
};

}  // namespace ups::upslog
