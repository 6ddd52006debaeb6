// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/dialog.hpp"

#include "lib/base/random.hpp"
#include "lib/base/text.hpp"
#include "lib/event/listener.hpp"
#include "lib/proto/driver_line.hpp"

#include <sys/socket.h>
#include <utility>

namespace ups::upsdrvctl {
namespace {

std::optional<pid_t> listener_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.pid <= 0)
        return std::nullopt;
    return peer.pid;
}

std::string make_tracking_id() {
    SystemRandom random;
    return make_uuid(random);
}

}  // namespace

Dialog::Dialog(Loop& loop, const std::string& socket_path, Duration limit, Done done)
    : done_(std::move(done)), is_command_(false), limit_(limit),
      deadline_(loop, [this] { finish(); }) {
    begin(loop, socket_path, "PING\nGETPID\nDUMPSTATUS\n");
}

Dialog::Dialog(Loop& loop, const std::string& socket_path, std::string_view command, Duration limit,
               Done done)
    : done_(std::move(done)), is_command_(true), limit_(limit), tracking_id_(make_tracking_id()),
      deadline_(loop, [this] { finish(); }) {
    begin(loop, socket_path, "INSTCMD " + std::string(command) + " TRACKING " + tracking_id_ + "\n");
}

void Dialog::begin(Loop& loop, const std::string& socket_path, const std::string& request) {
    auto fd = connect_unix(socket_path);
    if (!fd) {
        result_.problem = fd.error().text;
        deadline_.start(Duration::zero());
        return;
    }
    result_.connected = true;
    result_.listener = listener_of(fd->get());
    StreamHandler& handler = *this;
    stream_ = std::make_unique<Stream>(loop, std::make_unique<PlainIo>(std::move(*fd)), handler);
    stream_->send("NOBROADCAST\n" + request);
    deadline_.start(limit_);
}

void Dialog::on_bytes(Stream&, std::string_view bytes) {
    input_ += bytes;
    std::size_t used = 0;
    while (const auto length = scanner_.scan(std::string_view(input_).substr(used))) {
        take_line(std::string_view(input_).substr(used, *length));
        used += *length;
    }
    input_.erase(0, used);
    if (input_.size() > kMaxLine || is_complete()) deadline_.start(Duration::zero());
}

void Dialog::take_line(std::string_view line) {
    const LineWords found = tokenizer_.split(line);
    const auto& words = found.words;
    if (words.empty()) return;
    const auto word = proto::driver_word(words[0]);
    if (!word) return;
    if (*word == proto::DriverWord::pong) {
        result_.responsive = true;
    } else if (*word == proto::DriverWord::pid && words.size() >= 2) {
        if (const auto pid = parse_integer(words[1])) result_.pid = static_cast<pid_t>(*pid);
    } else if (*word == proto::DriverWord::setinfo && words.size() >= 3 &&
               iequals(words[1], "ups.status")) {
        result_.status = std::string(words[2]);
    } else if (*word == proto::DriverWord::tracking && words.size() >= 3 &&
               iequals(words[1], tracking_id_)) {
        result_.responsive = true;
        if (const auto code = parse_integer(words[2])) result_.outcome = static_cast<int>(*code);
    }
}

bool Dialog::is_complete() const {
    if (is_command_) return result_.outcome.has_value();
    return result_.responsive && result_.pid && result_.status;
}

void Dialog::on_end(Stream&, StreamEnd) { deadline_.start(Duration::zero()); }

void Dialog::finish() {
    deadline_.stop();
    if (stream_) {
        stream_->send("LOGOUT\n");
        stream_.reset();
    }
    auto done = std::move(done_);
    done(result_);
}

}  // namespace ups::upsdrvctl
