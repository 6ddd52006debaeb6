// SPDX-License-Identifier: Apache-2.0
#include "lib/client/connector.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "lib/tls/tls_io.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <utility>

namespace ups::client {

struct Connector::Attempt {
    Fd fd;
    std::unique_ptr<IoWatch> watch;
};

namespace {

/// The resolver's order, but families take turns, so that one that is broken costs one step.
std::vector<Endpoint> interleave(const std::vector<Endpoint>& endpoints) {
    const int first = endpoints.front().family();
    std::vector<Endpoint> own;
    std::vector<Endpoint> others;
    for (const Endpoint& endpoint : endpoints)
        (endpoint.family() == first ? own : others).push_back(endpoint);
    std::vector<Endpoint> mixed;
    mixed.reserve(endpoints.size());
    for (std::size_t i = 0; i < own.size() || i < others.size(); ++i) {
        if (i < own.size()) mixed.push_back(own[i]);
        if (i < others.size()) mixed.push_back(others[i]);
    }
    return mixed;
}

int pending_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// No waiting for more bytes; and a server whose machine is gone is noticed within a minute, although a
/// subscriber itself has nothing to say.
void set_options(int fd) {
    struct Row {
        int level, name, value;
    };
    for (const Row& row : {Row{IPPROTO_TCP, TCP_NODELAY, 1}, Row{SOL_SOCKET, SO_KEEPALIVE, 1},
                           Row{IPPROTO_TCP, TCP_KEEPIDLE, 30}, Row{IPPROTO_TCP, TCP_KEEPINTVL, 10},
                           Row{IPPROTO_TCP, TCP_KEEPCNT, 3}})
        setsockopt(fd, row.level, row.name, &row.value, sizeof row.value);
}

Failure tls_failure(const std::string& reason) {
    return other_failure(FailureKind::tls, "TLS failure: " + reason);
}

}  // namespace

Connector::Connector(Loop& loop, Resolver& resolver, ConnectOptions options, Done done)
    : loop_(loop), options_(std::move(options)), done_(std::move(done)),
      deadline_(loop,
                [this] {
                    Failure late = connect_failure(ETIMEDOUT);
                    late.kind = FailureKind::timeout;
                    give_up(std::move(late));
                }),
      stagger_(loop, [this] { next_attempt(); }) {
    UPS_ASSERT(options_.tls == TlsMode::off || options_.context != nullptr);
    if (options_.timeout > Duration::zero()) deadline_.start(options_.timeout);
    if (options_.certificate_name.empty() && !options_.server.is_unix())
        options_.certificate_name = options_.server.host;
    if (options_.server.is_unix()) {
        connect_local();
    } else {
        lookup_ = resolver.look_up(options_.server.host, options_.server.port,
                                   [this](auto found) { on_endpoints(std::move(found)); });
    }
}

Connector::~Connector() = default;

// By value: dropping the look-up may destroy what holds the argument.
void Connector::on_endpoints(Result<std::vector<Endpoint>> found) {
    lookup_.reset();
    if (!found) return give_up(other_failure(FailureKind::no_such_host, "No such host"));
    endpoints_ = interleave(*found);
    next_attempt();
}

void Connector::connect_local() {
    auto fd = connect_unix(options_.server.host);
    auto attempt = std::make_unique<Attempt>();
    if (fd) {
        attempt->fd = std::move(*fd);
    } else {
        last_errno_ = fd.error().sys_errno != 0 ? fd.error().sys_errno : ECONNREFUSED;
        stagger_.start(Duration::zero());  // reports it from the loop
        return;
    }
    Attempt& started = *attempt;
    started.watch = std::make_unique<IoWatch>(loop_, started.fd.get(), Interest::write,
                                              [this, &started](Interest) { on_attempt(started); });
    attempts_.push_back(std::move(attempt));
}

void Connector::next_attempt() {
    while (next_ < endpoints_.size()) {
        const Endpoint& endpoint = endpoints_[next_++];
        auto attempt = std::make_unique<Attempt>();
        attempt->fd = Fd(socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const int number = attempt->fd.get();
        if (number < 0 ||
            (connect(number, endpoint.data(), endpoint.size) != 0 && errno != EINPROGRESS)) {
            last_errno_ = errno;
            continue;
        }
        set_options(number);
        Attempt& started = *attempt;
        started.watch = std::make_unique<IoWatch>(
            loop_, number, Interest::write, [this, &started](Interest) { on_attempt(started); });
        attempts_.push_back(std::move(attempt));
        if (next_ < endpoints_.size()) stagger_.start(kNextAddress);
        return;
    }
    if (attempts_.empty()) give_up(connect_failure(last_errno_ != 0 ? last_errno_ : ECONNREFUSED));
}

void Connector::on_attempt(Attempt& attempt) {
    if (const int error = pending_error(attempt.fd.get()); error != 0) {
        last_errno_ = error;
        drop_attempt(attempt);
        return next_attempt();
    }
    Fd fd = std::move(attempt.fd);
    stagger_.stop();
    attempts_.clear();
    on_connected(std::move(fd));
}

void Connector::drop_attempt(const Attempt& attempt) {
    std::erase_if(attempts_, [&attempt](const auto& held) { return held.get() == &attempt; });
}

void Connector::on_connected(Fd fd) {
    peer_ = peer_of(fd.get());
    const bool skip =
        options_.tls == TlsMode::off || (options_.tls == TlsMode::automatic && peer_.loopback);
    if (options_.tls == TlsMode::direct) return start_tls(std::move(fd));
    plain_ = std::make_unique<PlainIo>(std::move(fd));
    if (skip) return succeed(std::move(plain_), {});
    ask_starttls();
}

void Connector::ask_starttls() {
    // Nine bytes into an empty socket buffer: they go or the connection is broken.
    if (const auto put = plain_->write("STARTTLS\n"); put.status != IoStatus::done)
        return give_up(other_failure(FailureKind::disconnected, "Server disconnected"));
    watch_ = std::make_unique<IoWatch>(loop_, plain_->fd(), Interest::read,
                                       [this](Interest) { on_answer(); });
}

void Connector::on_answer() {
    std::array<char, kMaxAnswer> into{};
    const IoOutcome got = plain_->read(into);
    if (got.status == IoStatus::want_read) return;
    if (got.status != IoStatus::done)
        return give_up(other_failure(FailureKind::disconnected, "Server disconnected"));
    answer_.append(into.data(), got.bytes);
    const std::size_t end = answer_.find('\n');
    if (end == std::string::npos && answer_.size() < kMaxAnswer) return;
    // Bytes behind the line came in clear from anyone on the way; they must not be taken for the
    // encrypted server's.
    if (end + 1 != answer_.size())
        return give_up(other_failure(FailureKind::protocol, "Protocol error"));
    watch_.reset();
    const std::vector<std::string_view> words = split_blanks(answer_);
    if (words.size() >= 2 && words[0] == "OK" && words[1] == "STARTTLS")
        return start_tls(plain_->take_fd());
    if (options_.tls == TlsMode::require)
        return give_up(
            tls_failure("the server does not offer it (" + printable(trim(answer_)) + ")"));
    if (words.empty() || words[0] != "ERR")
        return give_up(other_failure(FailureKind::protocol, "Protocol error"));
    succeed(std::move(plain_), {});
}

void Connector::start_tls(Fd fd) {
    tls_ = tls::TlsIo::client(options_.context, std::move(fd), options_.certificate_name);
    watch_ = std::make_unique<IoWatch>(loop_, tls_->fd(), Interest::write,
                                       [this](Interest) { on_handshake(); });
}

void Connector::on_handshake() {
    switch (tls_->handshake().status) {
    case IoStatus::done: {
        watch_.reset();
        std::string description = tls_->description();
        return succeed(std::move(tls_), std::move(description));
    }
    case IoStatus::want_read:
        return watch_->want(Interest::read);
    case IoStatus::want_write:
        return watch_->want(Interest::write);
    case IoStatus::closed:
    case IoStatus::failed:
        return give_up(tls_failure(tls_->problem()));
    }
}

void Connector::succeed(std::unique_ptr<ByteIo> io, std::string tls_description) {
    deadline_.stop();
    auto call = std::move(done_);
    call(Connected{std::move(io), peer_, std::move(tls_description)});
}

void Connector::give_up(Failure failure) {
    deadline_.stop();
    stagger_.stop();
    watch_.reset();
    attempts_.clear();
    auto call = std::move(done_);
    call(std::unexpected(std::move(failure)));
}

}  // namespace ups::client
