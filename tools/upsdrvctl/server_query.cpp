// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/server_query.hpp"

#include "lib/base/clock.hpp"
#include "lib/base/fd.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "lib/base/words.hpp"
#include "lib/event/listener.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ups::upsdrvctl {
namespace {

constexpr Duration kLimit = std::chrono::seconds(2);

/// The loopback address that reaches a listener, or nothing if it is not on loopback.
std::string loopback_of(const std::string& host) {
    if (host == "*" || host == "0.0.0.0" || host == "localhost") return "127.0.0.1";
    if (host == "::") return "::1";
    if (host == "::1" || host.starts_with("127.")) return host;
    return {};
}

Fd connect_loopback(const std::string& host, std::uint16_t port) {
    const bool v6 = host == "::1";
    Fd fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in four{};
    sockaddr_in6 six{};
    const sockaddr* address = nullptr;
    socklen_t size = 0;
    if (v6) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(port);
        six.sin6_addr = in6addr_loopback;
        address = reinterpret_cast<const sockaddr*>(&six);
        size = sizeof six;
    } else {
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) return {};
        address = reinterpret_cast<const sockaddr*>(&four);
        size = sizeof four;
    }
    if (!fd || ::connect(fd.get(), address, size) < 0) return {};  // loopback: refused at once or open
    return fd;
}

Fd connect_to(const conf::UpsdConf& conf, const std::string& state_path) {
    for (const conf::LocalSocket& socket : conf.local_sockets)
        if (auto fd = connect_unix(join_path(state_path, socket.path))) return std::move(*fd);
    for (const conf::ListenAddress& listen : conf.listen) {
        if (listen.kind != conf::ListenKind::starttls) continue;
        const std::string host = loopback_of(listen.host);
        if (host.empty()) continue;
        if (Fd fd = connect_loopback(host, listen.port)) return fd;
    }
    return {};
}

/// Sends `request` and returns `lines` lines, fewer if they do not come in time.
std::vector<std::string> converse(int fd, std::string_view request, std::size_t lines) {
    const SystemClock clock;
    const Instant end = clock.now() + kLimit;
    std::vector<std::string> answers;
    std::string input;
    (void)set_nonblocking(fd);
    while (answers.size() < lines) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - clock.now()).count();
        const short wanted = request.empty() ? POLLIN : POLLIN | POLLOUT;
        pollfd ready{fd, wanted, 0};
        if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) <= 0) break;
        if ((ready.revents & POLLOUT) != 0 && !request.empty()) {
            const ssize_t sent = ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
            if (sent > 0) request.remove_prefix(static_cast<std::size_t>(sent));
        }
        if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(fd, chunk.data(), chunk.size());
        if (got <= 0) break;
        input.append(chunk.data(), static_cast<std::size_t>(got));
        for (std::size_t lf = input.find('\n'); lf != std::string::npos; lf = input.find('\n')) {
            answers.push_back(input.substr(0, lf));
            input.erase(0, lf + 1);
        }
        if (input.size() > kMaxLine) break;
    }
    return answers;
}

void take_answer(DriverStatus& row, const std::string& line) {
    Tokenizer tokenizer(Charset::utf8);
    const LineWords found = tokenizer.split(line);
    if (found.words.size() >= 4 && found.words[0] == "VAR") {
        row.status = found.words[3];
        row.responsive = true;
    } else if (line.starts_with("ERR DATA-STALE") || line.starts_with("ERR DRIVER-NOT-CONNECTED")) {
        row.responsive = false;
    }
}

}  // namespace

void ask_server(const conf::UpsdConf& conf, const std::string& state_path,
                std::vector<DriverStatus>& rows) {
    std::string request;
    std::vector<DriverStatus*> asked;
    for (DriverStatus& row : rows) {
        if (row.running != Running::running || !row.status.empty()) continue;
        request += "GET VAR ";
        append_word(request, row.ups);
        request += " ups.status\n";
        asked.push_back(&row);
    }
    if (asked.empty()) return;
    const Fd fd = connect_to(conf, state_path);
    if (!fd) return;
    const auto answers = converse(fd.get(), request, asked.size());
    for (std::size_t i = 0; i < answers.size(); ++i) take_answer(*asked[i], answers[i]);
}

}  // namespace ups::upsdrvctl
