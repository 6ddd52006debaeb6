// SPDX-License-Identifier: Apache-2.0
/// TLS on a socket, behind the interface that plain sockets have. `read` and `write` drive the
/// handshake; `want_read`/`want_write` say what it waits for. Never blocks, never raises SIGPIPE.
///
/// An idle session holds no record buffers.
#pragma once

#include "lib/event/byte_io.hpp"
#include "lib/tls/context.hpp"

#include <memory>
#include <string>

struct bio_st;
struct ssl_st;

namespace ups::tls {

struct SslFree {
    void operator()(ssl_st* ssl) const noexcept;
};

class TlsIo final : public ByteIo {
    struct Private {};

  public:
    /// The accepting side. `fd` is a connected, non-blocking stream socket.
    [[nodiscard]] static std::unique_ptr<TlsIo> server(TlsContextPtr context, Fd fd);
    /// The connecting side. `peer_name` is the DNS name or numeric address that the server's
    /// certificate must be for; it is checked when the context verifies, and a DNS name is also
    /// sent as SNI. Empty: any name will do (the signature is still checked). Nothing is sent
    /// before the first `handshake`, `read` or `write`.
    [[nodiscard]] static std::unique_ptr<TlsIo> client(TlsContextPtr context, Fd fd,
                                                       const std::string& peer_name);
    ~TlsIo() override;
    TlsIo(const TlsIo&) = delete;
    TlsIo& operator=(const TlsIo&) = delete;

    [[nodiscard]] int fd() const noexcept override { return plain_.fd(); }
    /// `closed` after the peer's close_notify, and also when the connection ends without one (see
    /// `was_cut`): what was returned before is whole, authenticated records in either case. An end
    /// before the handshake is done is `failed`.
    [[nodiscard]] IoOutcome read(std::span<char> into) noexcept override;
    /// After `want_*`, the next call must start with the same bytes (more may follow them).
    [[nodiscard]] IoOutcome write(std::string_view bytes) noexcept override;
    [[nodiscard]] bool has_buffered_input() const noexcept override;
    /// Sends close_notify if the session stands; does not wait for the peer's.
    void finish() noexcept override;
    [[nodiscard]] std::string problem() const override { return problem_; }
    [[nodiscard]] Fd take_fd() noexcept override;

    /// Goes on with the handshake: `done` once it stands.
    [[nodiscard]] IoOutcome handshake() noexcept;
    [[nodiscard]] bool is_established() const noexcept { return established_; }
    /// The peer's end came without a close_notify: an attacker may have cut the stream there.
    [[nodiscard]] bool was_cut() const noexcept { return cut_; }
    /// The subject of the peer's certificate as RFC 2253 text, for audit lines; empty if it showed
    /// none. On a context that verifies, a subject that is there has been proved.
    [[nodiscard]] std::string peer_subject() const;
    /// For instance "TLSv1.3 TLS_AES_256_GCM_SHA384".
    [[nodiscard]] std::string description() const;

    TlsIo(Private key, TlsContextPtr context, Fd fd);

  private:
    friend struct SocketBio;
    IoOutcome outcome(int result, std::size_t bytes) noexcept;
    void explain(int error);

    TlsContextPtr context_;
    PlainIo plain_;
    std::unique_ptr<ssl_st, SslFree> ssl_;
    std::string problem_;
    bool established_ = false;  // stays true when the session ends; OpenSSL forgets it then
    bool cut_ = false;
    bool broken_ = false; // after a fatal error OpenSSL forbids further calls, shutdown included
};

} // namespace ups::tls
