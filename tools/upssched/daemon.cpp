// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/daemon.hpp"

#include "lib/base/text.hpp"
#include "lib/base/words.hpp"

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace ups::upssched {

/// One connection: request lines in, replies out.
class Daemon::Client final : private StreamHandler {
  public:
    Client(Daemon& daemon, Fd fd)
        : daemon_(daemon), silence_(daemon.loop_, [this] { daemon_.drop(*this); }),
          stream_(daemon.loop_, std::make_unique<PlainIo>(std::move(fd)),
                  static_cast<StreamHandler&>(*this)) {
        silence_.start(kSilence);
    }

  private:
    void on_bytes(Stream& stream, std::string_view bytes) override {
        silence_.start(kSilence);
        buffer_ += bytes;
        std::string_view rest = buffer_;
        while (const auto size = scanner_.scan(rest)) {
            if (*size > kMaxLine) return refuse(stream);
            stream.send(daemon_.handle(rest.substr(0, *size)));
            rest.remove_prefix(*size);
        }
        if (rest.size() > kMaxLine) return refuse(stream);
        buffer_.erase(0, buffer_.size() - rest.size());
    }
    void refuse(Stream& stream) {
        buffer_.clear();
        scanner_.reset();
        stream.send("ERR TOO-LONG\n");
        stream.finish();
    }
    void on_end(Stream& /*stream*/, StreamEnd /*end*/) override { daemon_.drop(*this); }

    Daemon& daemon_;
    Timer silence_;
    LineScanner scanner_;
    std::string buffer_;
    Stream stream_;
};

Daemon::Daemon(Loop& loop, BoundSocket socket, const Script& script, const Logger& logger,
               Duration idle)
    : loop_(loop), logger_(logger), path_(socket.address.host), idle_(idle),
      runner_(script, Output::none, logger), timer_(loop, [this] { on_timer(); }),
      idle_timer_(loop, [this] { loop_.stop(); }),
      listener_(std::make_unique<Listener>(
          loop, std::move(socket),
          [this](Fd fd, const SocketAddress&) { on_client(std::move(fd)); })),
      child_(loop, SIGCHLD,
             [this] {
                 runner_.reap();
                 plan();
             }),
      terminate_(loop, SIGTERM, [this] { loop_.stop(); }),
      interrupt_(loop, SIGINT, [this] { loop_.stop(); }) {}

Daemon::~Daemon() = default;

void Daemon::run() {
    logger_.info("daemon.start", "timer daemon started", {{"socket", path_}});
    plan();
    loop_.run();
    // First the name, so that who comes now starts a daemon instead of finding one that ends.
    ::unlink(path_.c_str());
    if (!table_.is_empty())
        logger_.warning("daemon.end", "ended with timers running",
                        {{"timers", std::to_string(table_.size())}});
    else
        logger_.info("daemon.end", "nothing left to do");
    clients_.clear();
    listener_.reset();
}

void Daemon::on_client(Fd fd) {
    if (clients_.size() >= kMaxClients) return;  // closes it
    clients_.push_back(std::make_unique<Client>(*this, std::move(fd)));
    plan();
}

void Daemon::drop(const Client& client) {
    std::erase_if(clients_, [&](const auto& each) { return each.get() == &client; });
    plan();
}

std::string Daemon::handle(std::string_view line) {
    auto outcome = table_.handle(line, loop_.now());
    const bool refused = outcome.reply.starts_with("ERR");
    logger_.write(refused ? LogLevel::warning : LogLevel::debug, "request", printable(trim(line)),
                  {{"reply", trim(outcome.reply.substr(0, outcome.reply.find('\n')))}});
    if (outcome.job) runner_.run(*std::move(outcome.job));
    plan();
    return std::move(outcome.reply);
}

void Daemon::on_timer() {
    for (Job& job : table_.on_time(loop_.now())) {
        logger_.info("timer.over", "Event: " + printable(job.argument));
        runner_.run(std::move(job));
    }
    plan();
}

void Daemon::plan() {
    if (const auto deadline = table_.deadline())
        timer_.start_at(*deadline);
    else
        timer_.stop();
    const bool busy = !table_.is_empty() || !runner_.is_idle() || !clients_.empty();
    if (busy)
        idle_timer_.stop();
    else if (!idle_timer_.armed())
        idle_timer_.start(idle_);
}

}  // namespace ups::upssched
