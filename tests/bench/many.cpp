// SPDX-License-Identifier: Apache-2.0
/// What a server does with many things at once.
///
///   bench-many mode=all-ups port=N prefix=u count=1000   prints the monotonic time in seconds at which
///        every UPS answers `GET VAR <ups> ups.status` with its status; waits for the server to start
///   bench-many mode=idle port=N ups=u0 count=1000 [tls=1]   opens idle connections (each has asked GET
///        and LIST once), prints "ready", keeps them until its standard input ends
///   bench-many mode=exact port=N request="GET VAR u0 ups.status" count=1000   sends exactly so many
///        requests on one connection, one at a time
#include "tests/bench/link.hpp"
#include "tests/bench/net.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

/// Waits until somebody listens on `port`.
void wait_for_listener(int port) {
    const double end = now_seconds() + 30;
    for (;;) {
        const ups::Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0)
            return;
        if (now_seconds() > end) die("nobody listens");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

/// Asks for one UPS after the other; stays with each until it has data.
void wait_for_all(const Arguments& arguments) {
    const int port = arguments.number("port");
    wait_for_listener(port);
    const ups::Fd fd = connect_tcp(port);
    const double end = now_seconds() + 60;
    for (int i = 0; i < arguments.number("count"); ++i) {
        const std::string request =
            "GET VAR " + arguments.text("prefix") + std::to_string(i) + " ups.status";
        while (!exchange(fd.get(), request).ends_with("\"OL CHRG\"\n")) {
            if (now_seconds() > end) die("not all UPSes came up");
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    std::printf("%.6f\n", now_seconds());
}

void hold_connections(const Arguments& arguments) {
    const auto security = arguments.number("tls", 0) != 0 ? Security::tls : Security::plain;
    const std::string ups = arguments.text("ups");
    std::vector<Link> connections;
    // Each has its answer before the next one comes: no listen queue overflows.
    for (int i = 0; i < arguments.number("count"); ++i) {
        Link& link = connections.emplace_back(arguments.number("port"), security);
        static_cast<void>(link.exchange("GET VAR " + ups + " ups.status"));
    }
    const std::string list = "LIST VAR " + ups;
    for (Link& link : connections)
        link.write(list + "\n");
    for (Link& link : connections)
        static_cast<void>(link.reply_to(list));
    std::puts("ready");
    std::fflush(stdout);
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

void ask_exactly(const Arguments& arguments) {
    const ups::Fd fd = connect_tcp(arguments.number("port"));
    for (int i = 0; i < arguments.number("count"); ++i) {
        static_cast<void>(exchange(fd.get(), arguments.text("request")));
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    const std::string mode = arguments.text("mode");
    if (mode == "all-ups") {
        wait_for_all(arguments);
    } else if (mode == "idle") {
        hold_connections(arguments);
    } else if (mode == "exact") {
        ask_exactly(arguments);
    } else {
        die("mode=all-ups, idle or exact");
    }
    return 0;
}
