// SPDX-License-Identifier: Apache-2.0
/// The transport `tcp`: a byte stream to "host:port" or "[address]:port", TLS on demand.
#include "driverapi/upsdrv.h"
#include "drivers/transport/opener.hpp"
#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"
#include "lib/event/byte_io.hpp"
#include "lib/tls/tls_io.hpp"

#include <array>
#include <cerrno>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace ups::transport {
namespace {

struct HostPort {
    std::string host;
    std::string port;
};

Result<HostPort> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const auto port =
        colon == std::string_view::npos ? std::nullopt : parse_integer(text.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535)
        return fail(ErrorCode::invalid, "\"" + std::string(text) + "\" is not host:port");
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty())
        return fail(ErrorCode::invalid, "\"" + std::string(text) + "\" names no host");
    return HostPort{std::string(host), std::to_string(*port)};
}

struct AddressesFree {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesFree>;

Result<Addresses> look_up(const HostPort& target) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    int error = ::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
    if (error == EAI_NONAME || error == EAI_ADDRFAMILY) {
        // AI_ADDRCONFIG refuses ::1 and 127.0.0.1 on a machine that has no other address.
        hints.ai_flags = AI_NUMERICSERV;
        error = ::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
    }
    if (error != 0)
        return fail(ErrorCode::not_found,
                    "cannot find " + target.host + ": " + ::gai_strerror(error));
    return Addresses(found);
}

std::unexpected<Error> connect_failure(const std::string& name, int err) {
    auto failure = fail_errno("cannot connect to " + name, err);
    if (err == ECONNREFUSED) failure.error().code = ErrorCode::refused;
    return failure;
}

Result<Fd> connect_one(const addrinfo& address, const LinkRequest& request) {
    Fd fd(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                   address.ai_protocol));
    if (!fd) return fail_errno("cannot make a socket", errno);
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
    if (errno != EINPROGRESS) return connect_failure(request.address, errno);
    switch (request.stop.wait(fd.get(), POLLOUT, request.deadline, request.clock)) {
    case WaitEnd::stopping:
        return fail(ErrorCode::closed, "stopping");
    case WaitEnd::timeout:
        return fail(ErrorCode::timeout, "cannot connect to " + request.address + " in time");
    case WaitEnd::failed:
        return fail_errno("poll", errno);
    case WaitEnd::ready:
        break;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return connect_failure(request.address, error);
    return fd;
}

class TcpLink final : public Link {
  public:
    TcpLink(Fd fd, const LinkRequest& request)
        : io_(std::make_unique<PlainIo>(std::move(fd))), clock_(request.clock),
          stop_(request.stop) {}
    ~TcpLink() override { io_->finish(); }

    std::int32_t send(std::string_view bytes, Instant deadline) override {
        while (!bytes.empty()) {
            const IoOutcome put = io_->write(bytes);
            if (put.status == IoStatus::done)
                bytes.remove_prefix(put.bytes);
            else if (const auto code = wait(put.status, deadline); code != UPSDRV_OK)
                return code;
        }
        return UPSDRV_OK;
    }

    std::int32_t receive(std::span<char> into, Instant deadline) override {
        for (;;) {
            const IoOutcome got = io_->read(into);
            if (got.status == IoStatus::done) return static_cast<std::int32_t>(got.bytes);
            if (const auto code = wait(got.status, deadline); code != UPSDRV_OK) return code;
        }
    }

    std::int32_t control(std::uint32_t operation, std::string_view argument,
                         Instant deadline) override {
        if (operation == UPSDRV_LINK_OP_START_TLS)
            return start_tls(std::string(argument), deadline);
        if (operation != UPSDRV_LINK_OP_FLUSH) return UPSDRV_E_UNSUPPORTED;
        std::array<char, 4096> waste;
        IoOutcome got;
        do
            got = io_->read(waste);
        while (got.status == IoStatus::done);
        const bool over = got.status == IoStatus::closed || got.status == IoStatus::failed;
        return over ? UPSDRV_E_LOST : UPSDRV_OK;
    }

    std::string problem() const override { return problem_.empty() ? io_->problem() : problem_; }

  private:
    // Whatever fails here leaves the link unusable: a half-made session must not go on in clear.
    std::int32_t start_tls(const std::string& name, Instant deadline) {
        tls::ClientSettings settings;
        settings.verify = name.empty() ? tls::Verify::off : tls::Verify::on;
        auto context = tls::TlsContext::client(settings, clock_.wall());
        if (!context) {
            problem_ = context.error().text;
            return UPSDRV_E_FAILED;
        }
        auto session = tls::TlsIo::client(*std::move(context), io_->take_fd(), name);
        tls::TlsIo& made = *session;
        io_ = std::move(session);
        for (;;) {
            const IoOutcome step = made.handshake();
            if (step.status == IoStatus::done) return UPSDRV_OK;
            if (step.status == IoStatus::failed) return UPSDRV_E_FAILED;
            if (const auto code = wait(step.status, deadline); code != UPSDRV_OK) return code;
        }
    }

    // Waits for what a read or write needs. UPSDRV_OK: try again.
    std::int32_t wait(IoStatus need, Instant deadline) {
        if (need == IoStatus::closed || need == IoStatus::failed) return UPSDRV_E_LOST;
        const short events = need == IoStatus::want_write ? POLLOUT : POLLIN;
        switch (stop_.wait(io_->fd(), events, deadline, clock_)) {
        case WaitEnd::ready:
            return UPSDRV_OK;
        case WaitEnd::timeout:
            return UPSDRV_E_TIMEOUT;
        case WaitEnd::stopping:
            return UPSDRV_E_STOPPING;
        case WaitEnd::failed:
            return UPSDRV_E_LOST;
        }
        return UPSDRV_E_LOST;
    }

    std::unique_ptr<ByteIo> io_;
    std::string problem_;
    const Clock& clock_;
    const StopSignal& stop_;
};

Result<std::unique_ptr<Link>> open_tcp(const LinkRequest& request) {
    UPS_TRY(const HostPort target, parse_address(request.address));
    UPS_TRY(const Addresses addresses, look_up(target));
    Result<Fd> made = fail(ErrorCode::not_found, target.host + " has no address");
    for (const addrinfo* one = addresses.get(); one != nullptr && !made; one = one->ai_next)
        made = connect_one(*one, request);
    if (!made) return std::unexpected(std::move(made).error());
    return std::make_unique<TcpLink>(*std::move(made), request);
}

}  // namespace
}  // namespace ups::transport

extern "C" UPSDRV_EXPORT const ups::transport::TransportModule ups_transport_v1;
const ups::transport::TransportModule ups_transport_v1 = {ups::kVersion.data(),
                                                          ups::transport::open_tcp};
