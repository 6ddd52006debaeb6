// SPDX-License-Identifier: Apache-2.0
/// What a shim does with the bytes of a conversation: everything passes as it is but STARTTLS, which is
/// answered here (RFC 9271, appendix "Shims").
///
/// Answers come in the order of the requests, so replies of the server are counted:
///
///     reply = line / ( "BEGIN" SP … LF *line "END" SP … LF )       a line "EVENT" SP … LF is no reply
///
/// Pure: bytes in, bytes out.
#pragma once

#include "lib/base/words.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace ups::upsshim {

enum class Side : std::uint8_t {
    server,  ///< in front of a server without TLS: STARTTLS begins it
    client,  ///< in front of clients without TLS: STARTTLS is FEATURE-NOT-CONFIGURED
};

/// What may pass before TLS stands (side `server` only).
enum class Plain : std::uint8_t {
    all,
    greetings,  ///< HELP, VER, PROTVER, NETVER, LOGOUT, DETACH; anything else is TLS-NOT-ENABLED
};

enum class Verdict : std::uint8_t {
    go_on,
    start_tls,  ///< send what is due to the client, then begin TLS and call `tls_started`
    overrun,    ///< a line or a queue beyond its limit: the conversation cannot go on
};

class Interceptor {
  public:
    /// Answers of our own that may wait for replies of the server.
    static constexpr std::size_t kMaxOwn = 64;
    /// Requests that may be without a reply.
    static constexpr std::size_t kMaxUnanswered = 1'000'000;

    Interceptor(Side side, Plain plain) : side_(side), plain_(plain) {}

    /// Takes bytes of the client. Appends what the server gets and what the client gets now. What comes
    /// behind STARTTLS in clear is thrown away: it could be anybody's.
    [[nodiscard]] Verdict feed_client(std::string_view bytes, std::string& to_server,
                                      std::string& to_client);
    /// Takes bytes of the server. Appends what the client gets.
    [[nodiscard]] Verdict feed_server(std::string_view bytes, std::string& to_client);
    /// Whether answers of our own wait for replies of the server. A server that leaves a request unanswered
    /// would hold them up for ever: after a while, `give_up_waiting`.
    [[nodiscard]] bool is_waiting() const noexcept { return !due_.empty(); }
    [[nodiscard]] Verdict give_up_waiting(std::string& to_client);
    /// TLS stands from here on, with a new connection to the server: all that was is forgotten.
    void tls_started();
    [[nodiscard]] bool is_tls() const noexcept { return tls_; }
    /// For connections that are encrypted from the first byte.
    void set_tls() noexcept { tls_ = true; }

  private:
    /// An answer of our own, to be given when so many more replies of the server have passed.
    struct Due {
        std::size_t after;
        std::string text;
        bool starts_tls;
    };
    Verdict take_line(std::string_view line, std::string& to_server, std::string& to_client);
    Verdict answer(std::string text, bool starts_tls, std::string& to_client);
    Verdict emit_due(std::string& to_client);
    bool ends_reply(std::string_view line_start);

    Side side_;
    Plain plain_;
    LineScanner scanner_;
    Tokenizer tokenizer_;
    std::string request_;     // of the client, not yet a whole line
    std::string line_start_;  // of the server's line that is coming in
    std::deque<Due> due_;
    std::size_t unanswered_ = 0;  // behind the last of `due_`
    bool in_list_ = false;
    bool closing_ = false;  // STARTTLS was taken; clear text does not count any more
    bool tls_ = false;
};

}  // namespace ups::upsshim
