// SPDX-License-Identifier: Apache-2.0
/// The clients of a soak, all in one process: of a hundred, 50 poll like upsmon (log in, one GET every 5 s),
/// 22 subscribe, 22 are idle (one VER every 45 s), 5 visit (log in, read, leave, half of them without a
/// word), and 1 asks for lists and never reads. Whoever loses his connection comes again after a second.
/// Prints "ready"; for each line on its standard input one line of counters; ends when that input ends.
///
///   bench-soak-clients port=N prefix=u upses=2000 clients=20000 user=U password=P
#include "tests/bench/net.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <netinet/in.h>
#include <queue>
#include <random>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

enum class Role : std::uint8_t { poller, subscriber, idle, visitor, deaf };

constexpr double kPollSeconds = 5;
constexpr double kIdleSeconds = 45;  // IDLE_LIMIT is 60
constexpr double kDeafSeconds = 30;
constexpr double kVisitPause = 10;
constexpr double kRetrySeconds = 1;
constexpr double kStartPerSecond = 2000;
constexpr std::size_t kPerAddress = 5000;  // connections from each of 127.0.0.2, .3, …

struct Client {
    std::size_t number = 0;
    Role role = Role::idle;
    std::string ups;
    ups::Fd fd;
    bool connected = false;
    bool in_list = false;
    std::size_t step = 0;    // the request whose reply is due
    double asked_at = 0;     // 0: no reply is due
    std::uint64_t turn = 0;  // counts what was planned: an older plan is void
    std::string part;        // of a line
};

struct Plan {
    double at;
    std::size_t client;
    std::uint64_t turn;
    bool operator<(const Plan& other) const { return at > other.at; }
};

struct Counters {
    std::uint64_t replies = 0, events = 0, away = 0, errors = 0, visits = 0, lost = 0, refused = 0;
    double slowest = 0;
};

class SoakClients {
  public:
    explicit SoakClients(const Arguments& arguments);
    void run();

  private:
    [[nodiscard]] std::string request(const Client& client) const;
    void plan(Client& client, double delay);
    void on_time(Client& client);
    void begin(Client& client);
    void ask(Client& client);
    void on_ready(Client& client, std::uint32_t events);
    void on_line(Client& client, std::string_view line);
    void replied(Client& client);
    void leave(Client& client, double pause);
    void lose(Client& client);
    bool report();

    int port_;
    std::string user_, password_;
    std::vector<Client> clients_;
    std::priority_queue<Plan> plans_;
    ups::Fd epoll_;
    Counters count_;
    std::mt19937 random_{1};  // the same load in every run
};

Role role_of(std::size_t number) {
    const std::size_t part = number % 100;
    if (part < 50) return Role::poller;
    if (part < 72) return Role::subscriber;
    if (part < 94) return Role::idle;
    return part < 99 ? Role::visitor : Role::deaf;
}

SoakClients::SoakClients(const Arguments& arguments)
    : port_(arguments.number("port")), user_(arguments.text("user")),
      password_(arguments.text("password")),
      clients_(static_cast<std::size_t>(arguments.number("clients"))),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    const auto upses = static_cast<std::size_t>(arguments.number("upses"));
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        Client& client = clients_[i];
        client.number = i;
        client.role = role_of(i);
        client.ups = arguments.text("prefix") + std::to_string(i * 31 % upses);
        plan(client, static_cast<double>(i) / kStartPerSecond);
    }
}

/// The request of this step; empty when the client has nothing more to ask and leaves.
std::string SoakClients::request(const Client& client) const {
    switch (client.role) {
    case Role::subscriber:
        return "SUBSCRIBE " + client.ups + " ups.status battery.\n";
    case Role::idle:
        return "VER\n";
    case Role::deaf: {
        std::string text;
        for (int i = 0; i < 200; ++i)
            text += "LIST VAR " + client.ups + "\n";
        return text;
    }
    case Role::poller:
    case Role::visitor:
        break;
    }
    switch (client.step) {
    case 0:
        return "USERNAME " + user_ + "\n";
    case 1:
        return "PASSWORD " + password_ + "\n";
    case 2:
        return "LOGIN " + client.ups + "\n";
    case 3:
        return "GET VAR " + client.ups + " ups.status\n";
    default:
        break;
    }
    if (client.role == Role::poller) return "GET VAR " + client.ups + " ups.status\n";
    if (client.step == 4) return "LIST VAR " + client.ups + "\n";
    return client.number % 2 == 0 && client.step == 5 ? "LOGOUT\n" : "";
}

void SoakClients::plan(Client& client, double delay) {
    plans_.push({now_seconds() + delay, client.number, ++client.turn});
}

void SoakClients::on_time(Client& client) {
    if (!client.fd)
        begin(client);
    else if (client.role == Role::deaf)
        leave(client, kRetrySeconds);
    else
        ask(client);
}

void SoakClients::begin(Client& client) {
    client = Client{.number = client.number,
                    .role = client.role,
                    .ups = client.ups,
                    .fd = ups::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
                    .turn = client.turn};
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    from.sin_addr.s_addr =
        htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(client.number / kPerAddress));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port_));
    const int on = 1;
    ::setsockopt(client.fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (::bind(client.fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
        die("bind");
    if (::connect(client.fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
        errno != EINPROGRESS)
        return lose(client);
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = &client}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.fd.get(), &event) != 0) die("epoll");
}

void SoakClients::ask(Client& client) {
    const std::string text = request(client);
    if (text.empty()) {
        ++count_.visits;
        return leave(client, kVisitPause);
    }
    client.asked_at = now_seconds();
    const ssize_t sent = ::send(client.fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (client.role == Role::deaf) return plan(client, kDeafSeconds);
    if (sent != static_cast<ssize_t>(text.size())) lose(client);
}

void SoakClients::on_ready(Client& client, std::uint32_t events) {
    if (!client.fd) return;
    if (!client.connected) {
        if ((events & (EPOLLERR | EPOLLHUP)) != 0) return lose(client);
        if ((events & EPOLLOUT) == 0) return;
        client.connected = true;
        ask(client);
    }
    if (client.role == Role::deaf) {
        if ((events & EPOLLHUP) != 0) lose(client);
        return;
    }
    char bytes[16384];
    while (client.fd) {
        const ssize_t got = ::recv(client.fd.get(), bytes, sizeof bytes, 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return lose(client);
        std::string_view rest(bytes, static_cast<std::size_t>(got));
        for (auto end = rest.find('\n'); end != rest.npos && client.fd; end = rest.find('\n')) {
            if (client.part.empty()) {
                on_line(client, rest.substr(0, end));
            } else {
                client.part.append(rest.substr(0, end));
                on_line(client, std::exchange(client.part, {}));
            }
            rest.remove_prefix(end + 1);
        }
        if (client.fd) client.part.append(rest);
    }
}

void SoakClients::on_line(Client& client, std::string_view line) {
    if (line.starts_with("EVENT ")) {
        ++count_.events;
        return;
    }
    if (line.starts_with("BEGIN ")) client.in_list = true;
    if (line.starts_with("END ")) client.in_list = false;
    if (client.in_list) return;
    const bool away = line == "ERR DRIVER-NOT-CONNECTED" || line == "ERR DATA-STALE";
    if (away) {
        ++count_.away;
    } else if (line.starts_with("ERR ") || client.asked_at <= 0) {
        if (++count_.errors <= 20)
            std::fprintf(stderr, "client %zu, step %zu: %.*s\n", client.number, client.step,
                         static_cast<int>(line.size()), line.data());
    }
    if (away && client.role == Role::subscriber) return plan(client, kRetrySeconds);
    replied(client);
}

void SoakClients::replied(Client& client) {
    ++count_.replies;
    count_.slowest = std::max(count_.slowest, now_seconds() - std::exchange(client.asked_at, 0));
    ++client.step;
    switch (client.role) {
    case Role::poller:
        return client.step <= 3 ? ask(client) : plan(client, kPollSeconds);
    case Role::idle:
        return plan(client, kIdleSeconds);
    case Role::visitor:
        // The pause in the middle leaves some of them logged in at any time.
        return client.step == 3 ? plan(client, std::uniform_real_distribution<>(0, 5)(random_))
                                : ask(client);
    case Role::subscriber:
    case Role::deaf:
        return;
    }
}

/// Ends the connection, half of the time as a crash would (reset), and comes again after `pause`.
void SoakClients::leave(Client& client, double pause) {
    if (client.number % 4 == 1) {
        const linger reset{1, 0};
        ::setsockopt(client.fd.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    client.fd.reset();
    plan(client, pause);
}

void SoakClients::lose(Client& client) {
    ++(client.connected ? count_.lost : count_.refused);
    client.fd.reset();
    plan(client, kRetrySeconds);
}

bool SoakClients::report() {
    char line[64];
    if (::read(STDIN_FILENO, line, sizeof line) <= 0) return false;
    const auto open = std::ranges::count_if(
        clients_, [](const Client& client) { return client.fd && client.connected; });
    const double now = now_seconds();
    const auto overdue = std::ranges::count_if(clients_, [now](const Client& client) {
        return client.fd && client.role != Role::deaf && client.asked_at > 0 &&
               client.asked_at < now - 10;
    });
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("open=%lld replies=%llu events=%llu away=%llu errors=%llu visits=%llu lost=%llu "
                "refused=%llu overdue=%lld slowest_ms=%.0f\n",
                static_cast<long long>(open), number(count_.replies), number(count_.events),
                number(count_.away), number(count_.errors), number(count_.visits),
                number(count_.lost), number(count_.refused), static_cast<long long>(overdue),
                std::exchange(count_.slowest, 0) * 1000);
    std::fflush(stdout);
    return true;
}

void SoakClients::run() {
    std::vector<epoll_event> events(256);
    epoll_event input{EPOLLIN, {.ptr = nullptr}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0) die("epoll");
    for (;;) {
        const double now = now_seconds();
        while (!plans_.empty() && plans_.top().at <= now) {
            const Plan due = plans_.top();
            plans_.pop();
            if (clients_[due.client].turn == due.turn) on_time(clients_[due.client]);
        }
        const double wait = plans_.empty() ? 1 : std::clamp(plans_.top().at - now, 0.0, 1.0);
        const int ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                       static_cast<int>(wait * 1000) + 1);
        for (int i = 0; i < ready; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.ptr != nullptr)
                on_ready(*static_cast<Client*>(event.data.ptr), event.events);
            else if (!report())
                return;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    SoakClients clients{Arguments(argc, argv)};
    std::puts("ready");
    std::fflush(stdout);
    clients.run();
    return 0;
}
