// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/logging.hpp"

#include <algorithm>
#include <csignal>

namespace ups::upslog {
namespace {

/// Records come from several places, so the end is looked for a little later, in one.
constexpr std::chrono::milliseconds kEndCheck{50};

}  // namespace

Logging::Logging(Loop& loop, const Style& style, const Logger& logger)
    : loop_(loop), style_(style), logger_(logger), resolver_(loop), tick_(loop, [this] { tick(); }),
      end_check_(loop, [this] { check_end(); }) {}

Result<void> Logging::open_files(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
        auto& file = files_[pair.file];
        if (file != nullptr) continue;
        file = std::make_unique<LogFile>(pair.file, logger_);
        UPS_CHECK(file->open());
    }
    return {};
}

ServerLink* Logging::find_link(const client::ServerAddress& server) {
    const auto found =
        std::ranges::find_if(links_, [&](const auto& link) { return link->server() == server; });
    return found == links_.end() ? nullptr : found->get();
}

Result<void> Logging::add_servers(const Options& options, client::GetEnv get_env) {
    for (const Pair& pair : options.pairs) {
        ServerLink* link = find_link(pair.address.server);
        if (link == nullptr) {
            UPS_TRY(client::Plan plan, client::make_plan(options.common, pair.address.server,
                                                         get_env, loop_.clock().wall()));
            for (const std::string& warning : plan.warnings)
                logger_.warning("server.settings", warning);
            links_.push_back(std::make_unique<ServerLink>(
                client::Services{loop_, resolver_, tokenizer_}, std::move(plan.connection),
                Credentials{plan.user.value_or(""), plan.password.value_or("")}, style_, logger_));
            link = links_.back().get();
        }
        LogFile& file = *files_.at(pair.file);
        if (pair.is_all())
            link->add_all(pair.text.substr(1), file);
        else
            link->add(pair.address.name, pair.text, file);
    }
    return {};
}

int Logging::run() {
    const auto stop = [this] { loop_.stop(); };
    const SignalWatch terminated(loop_, SIGTERM, stop);
    const SignalWatch interrupted(loop_, SIGINT, stop);
    const SignalWatch quit(loop_, SIGQUIT, stop);
    const SignalWatch hung_up(loop_, SIGHUP, [this] {
        for (const auto& [path, file] : files_)
            file->reopen();
    });
    const SignalWatch now(loop_, SIGUSR1, [this] { record(); });
    for (const auto& link : links_)
        link->start();
    next_ = loop_.now();
    tick();
    end_check_.start(kEndCheck);
    loop_.run();
    return status_;
}

void Logging::tick() {
    // A fixed rhythm; rounds that a stopped process missed are not made up for.
    next_ = std::max(next_ + style_.interval, loop_.now());
    tick_.start_at(next_);
    record();
}

void Logging::record() {
    for (const auto& link : links_)
        link->record();
}

void Logging::check_end() {
    const bool over =
        std::ranges::any_of(files_, [](const auto& file) { return file.second->is_over(); });
    if (over) status_ = 1;
    const bool done = style_.count > 0 &&
                      std::ranges::all_of(links_, [](const auto& link) { return link->is_done(); });
    if (over || done) return loop_.stop();
    end_check_.start(style_.count > 0 ? Duration(kEndCheck) : Duration(style_.interval));
}

}  // namespace ups::upslog
