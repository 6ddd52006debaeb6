// SPDX-License-Identifier: Apache-2.0
/// usage: demo-table [--once] [--follow UPS] HOST:PORT
///
/// Shows all UPSes of a server in a table that is drawn again when the server pushes a change. `--once`:
/// one table, then the end. `--follow`: the end comes a few seconds after that UPS, having been on
/// battery, is on mains again and its battery no longer low. Without a terminal every change of a status
/// is a line, and the table comes again at the end.
#include "tools/dev/demo-table/table.hpp"

#include "lib/client/connection.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <span>

namespace ups::demo {
namespace {

struct Options {
    bool once = false;
    std::string follow;
    client::ServerAddress server;
};

void put(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

class Show final : private client::ConnectionHandler {
  public:
    Show(Loop& loop, client::Services services, Options options)
        : loop_(loop), options_(std::move(options)), start_(loop.now()),
          on_terminal_(::isatty(STDOUT_FILENO) == 1 && !options_.once),
          redraw_(loop, [this] { draw(); }), end_(loop, [this] { loop_.stop(); }),
          connection_(services, connection_options(), *this) {
        if (on_terminal_) put("\x1b[?25l");  // hides the cursor
        connection_.ask(client::list({"UPS"}), [this](auto reply) { on_list(std::move(reply)); });
    }
    ~Show() override {
        if (on_terminal_) put("\x1b[?25h");
        if (!on_terminal_ && !options_.once && drawn_) draw();
    }
    [[nodiscard]] int status() const noexcept { return failed_ ? 1 : 0; }

  private:
    /// Changes that come together are drawn together.
    static constexpr std::chrono::milliseconds kRedraw{20};
    static constexpr std::chrono::seconds kEpilogue{4};

    client::ConnectionOptions connection_options() const {
        return {.connect = {.server = options_.server, .tls = client::TlsMode::off}};
    }

    void on_list(client::Answer<client::Reply> reply) {
        if (!reply) return fail(reply.error());
        for (const auto& row : reply->rows) {
            if (row.empty()) continue;
            table_.add(row[0]);
            ++waiting_;
            connection_.ask(client::subscribe(row[0], {}),
                            [this, ups = row[0]](auto snapshot) { on_snapshot(ups, snapshot); });
        }
    }

    void on_snapshot(const std::string& ups, const client::Answer<client::Reply>& snapshot) {
        if (!snapshot && snapshot.error().is_fatal()) return fail(snapshot.error());
        if (!snapshot) table_.set_stale(ups, true, since_start());
        if (snapshot)
            for (const auto& row : snapshot->rows)
                if (row.size() >= 2) table_.set(ups, row[0], row[1], since_start());
        if (--waiting_ != 0) return;
        draw();
        if (options_.once) loop_.stop();
    }

    void on_event(const client::Event& event) override {
        using Kind = client::EventKind;
        const std::string before(table_.latest_news());
        switch (event.kind) {
        case Kind::var: table_.set(event.ups, event.name, event.value, since_start()); break;
        case Kind::delvar: table_.remove(event.ups, event.name); break;
        case Kind::stale:
        case Kind::gone: table_.set_stale(event.ups, true, since_start()); break;
        case Kind::fresh: table_.set_stale(event.ups, false, since_start()); break;
        case Kind::snapshot:
            for (const auto& row : event.rows->rows)
                if (row.size() >= 2) table_.set(event.ups, row[0], row[1], since_start());
            break;
        }
        if (!on_terminal_ && table_.latest_news() != before)
            put(fmt::format("{}\n", table_.latest_news()));
        if (on_terminal_ && !redraw_.armed()) redraw_.start(kRedraw);
        if (iequals(event.ups, options_.follow)) follow();
    }

    /// Mains away, then back: the story is over.
    void follow() {
        const auto words = split_blanks(table_.value(options_.follow, "ups.status"));
        const auto has = [&](std::string_view word) {
            return std::ranges::find(words, word) != words.end();
        };
        if (has("OB")) was_on_battery_ = true;
        if (has("OL") && !has("LB") && was_on_battery_ && !end_.armed()) end_.start(kEpilogue);
    }

    void draw() {
        if (on_terminal_ && drawn_) put(fmt::format("\x1b[{}A\x1b[J", table_.height()));
        put(on_terminal_ ? table_.text(Colours::ansi) : table_.rows(Colours::none));
        drawn_ = true;
    }

    void on_lost(const client::Failure& failure) override {
        if (!failed_) fail(failure);
    }

    void fail(const client::Failure& failure) {
        failed_ = true;
        std::fprintf(stderr, "demo-table: %s\n", failure.text.c_str());
        loop_.stop();
    }

    [[nodiscard]] Duration since_start() const { return loop_.now() - start_; }

    Loop& loop_;
    Options options_;
    Instant start_;
    bool on_terminal_;
    Table table_;
    Timer redraw_;
    Timer end_;
    client::Connection connection_;
    std::size_t waiting_ = 0;
    bool drawn_ = false;
    bool was_on_battery_ = false;
    bool failed_ = false;
};

std::optional<Options> parse(std::span<char*> arguments) {
    Options options;
    bool has_server = false;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "--once") {
            options.once = true;
        } else if (word == "--follow" && i + 1 < arguments.size()) {
            options.follow = arguments[++i];
        } else {
            auto server = client::parse_server_address(word);
            if (!server || has_server) return std::nullopt;
            options.server = *std::move(server);
            has_server = true;
        }
    }
    if (!has_server) return std::nullopt;
    return options;
}

int run(Options options) {
    const SystemClock clock;
    Loop loop(clock);
    client::BlockingResolver resolver(loop);
    Tokenizer tokenizer(Charset::utf8);
    const SignalWatch interrupt(loop, SIGINT, [&loop] { loop.stop(); });
    const SignalWatch terminate(loop, SIGTERM, [&loop] { loop.stop(); });
    Show show(loop, {.loop = loop, .resolver = resolver, .tokenizer = tokenizer}, std::move(options));
    loop.run();
    return show.status();
}

}  // namespace
}  // namespace ups::demo

int main(int argc, char** argv) {
    auto options = ups::demo::parse({argv, static_cast<std::size_t>(argc)});
    if (!options) {
        std::fputs("usage: demo-table [--once] [--follow UPS] HOST:PORT\n", stderr);
        return 2;
    }
    return ups::demo::run(*std::move(options));
}
