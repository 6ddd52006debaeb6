// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/socket_client.hpp"

#include "lib/proto/driver_line.hpp"

#include <unistd.h>

namespace ups::host {

using proto::DriverRequest;
using proto::DriverWord;

SocketClient::SocketClient(Loop& loop, ClientId id, std::unique_ptr<ByteIo> io,
                           SocketClientOwner& owner)
    : loop_(loop), id_(id), owner_(owner), more_input_(loop, [this] { process(); }),
      stream_(loop, std::move(io), *this, StreamLimits{.high_water = kHighWater}) {}

void SocketClient::on_bytes(Stream& /*stream*/, std::string_view bytes) {
    input_.append(bytes);
    process();
}

void SocketClient::process() {
    // One chunk may ask for many dumps: answers beyond the mark wait until the client has read.
    std::size_t used = 0;
    answered_ = 0;
    while (!stream_.over_high_water() && !stream_.is_finishing()) {
        const auto length = scanner_.scan(std::string_view(input_).substr(used));
        if (!length) break;
        if (answered_ >= kHighWater) {
            scanner_.reset();
            more_input_.start(Duration::zero());
            break;
        }
        const std::string_view line = std::string_view(input_).substr(used, *length);
        used += *length;
        handle(line);
    }
    input_.erase(0, used);
    const bool waits = stream_.over_high_water() || more_input_.armed();
    if (input_.size() > kMaxLine && !waits && !stream_.is_finishing()) {
        input_.clear();
        stream_.abort();
    }
}

void SocketClient::say(std::string_view lines) {
    answered_ += lines.size();
    stream_.send(lines);
}

void SocketClient::handle(std::string_view line) {
    const auto request = parse_request(owner_.tokenizer().split(line));
    if (!request) {
        if (line.find_first_not_of(" \t\r\n") != std::string_view::npos)
            owner_.on_nonsense(id_, line);
        return;
    }
    switch (request->kind) {
    case DriverRequest::dumpall:
        return say(owner_.state().dump());
    case DriverRequest::ping:
        return say("PONG\n");
    case DriverRequest::set:
    case DriverRequest::instcmd:
        return owner_.on_request(id_, *request);
    case DriverRequest::nobroadcast:
    case DriverRequest::broadcast:
        broadcast_ = request->broadcast;
        return;
    case DriverRequest::logout:
        say("OK Goodbye\n");
        return stream_.finish();
    case DriverRequest::getpid:
        return say("PID " + std::to_string(::getpid()) + "\n");
    case DriverRequest::dumpvalue:
    case DriverRequest::dumpstatus: {
        std::string lines;
        owner_.state().append_variable(request->name, lines);
        return say(lines);
    }
    }
}

void SocketClient::broadcast(std::string_view lines) {
    if (!broadcast_) return;
    if (!lags_since_ && stream_.over_high_water()) {
        lags_since_ = loop_.now();
        owner_.on_lag(id_);
    }
    if (lags_since_)
        remember(lines);
    else
        stream_.send(lines);
}

void SocketClient::remember(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
        const auto words = owner_.tokenizer().split(line).words;
        const auto word = words.empty() ? std::nullopt : proto::driver_word(words[0]);
        if (!word || words.size() < 2) continue;  // DATAOK and DATASTALE come with every catch-up
        if (*word == DriverWord::addcmd || *word == DriverWord::delcmd) {
            dirty_commands_.emplace(words[1]);
            continue;
        }
        const bool adds = *word == DriverWord::setinfo || *word == DriverWord::addenum ||
                          *word == DriverWord::addrange;
        auto& renewal =
            dirty_variables_.try_emplace(std::string(words[1]), Renewal::value).first->second;
        if (!adds) renewal = Renewal::whole;
    }
    if (dirty_variables_.size() + dirty_commands_.size() > kMaxDirty)
        owner_.on_client_end(id_, "too many changes while it does not read");
}

void SocketClient::on_drained(Stream& /*stream*/) {
    if (lags_since_) catch_up();
    if (!input_.empty()) more_input_.start(Duration::zero());
}

void SocketClient::catch_up() {
    const DriverState& state = owner_.state();
    std::string lines;
    for (const auto& [name, renewal] : dirty_variables_) {
        if (renewal == Renewal::whole || state.find(name) == nullptr)
            lines += "DELINFO " + name + "\n";
        state.append_variable(name, lines);
    }
    for (const auto& name : dirty_commands_)
        lines += (state.find_command(name) ? "ADDCMD " : "DELCMD ") + name + "\n";
    lines += state.is_stale() ? "DATASTALE\n" : "DATAOK\n";
    dirty_variables_.clear();
    dirty_commands_.clear();
    lags_since_.reset();
    stream_.send(lines);
}

void SocketClient::on_end(Stream& stream, StreamEnd end) {
    owner_.on_client_end(id_, end == StreamEnd::failed ? stream.problem() : std::string());
}

}  // namespace ups::host
