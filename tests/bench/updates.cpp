// SPDX-License-Identifier: Apache-2.0
/// Driver updates that a server takes in per second. This program is the driver of u0, and a client.
/// For each line on its standard input it sends `updates` changed readings, `lines` of them per write,
/// then one that marks the end; it asks for that variable until the client side sees the mark, and
/// prints the rate from the first write to then.
///
///   bench-updates socket=/run/x/dummy-ups-u0 port=N updates=100000 lines=1
///                 [ask="GET VAR u0 ups.model"]
///
/// It prints "ready" when the socket listens; the server is started, or connects, after that.
#include "tests/bench/driver_side.hpp"
#include "tests/bench/net.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

constexpr int kVariables = 60;

/// The writes of one round: every variable in turn, each time with another value.
std::vector<std::string> writes_of(int updates, int lines) {
    std::vector<std::string> writes;
    for (int i = 0; i < updates;) {
        std::string& bytes = writes.emplace_back();
        for (int line = 0; line < lines && i < updates; ++line, ++i) {
            bytes += "SETINFO outlet." + std::to_string(5 + i % (kVariables - 5)) + ".voltage \"" +
                     std::to_string(200 + i / kVariables % 60) + "." + std::to_string(i % 10) +
                     "\"\n";
        }
    }
    return writes;
}

void wait_for_reply(int client, const std::string& request, const std::string& end) {
    const double limit = now_seconds() + 60;
    while (!exchange(client, request).ends_with(end)) {
        if (now_seconds() > limit) die("the server never showed " + end);
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    const std::string path = arguments.text("socket");
    const std::string ask = arguments.text("ask", "GET VAR u0 ups.model");
    const auto writes = writes_of(arguments.number("updates"), arguments.number("lines"));
    const ups::Fd listener = listen_as_driver(path);
    std::puts("ready");
    std::fflush(stdout);
    const ups::Fd driver = accept_server(listener.get(), dump_of(kVariables));
    ups::Fd client;
    char word[32];
    for (int round = 0; std::fgets(word, sizeof word, stdin) != nullptr; ++round) {
        if (!client) client = connect_tcp(arguments.number("port"));
        const std::string mark = " \"round " + std::to_string(round) + "\"\n";
        answer_pings(driver.get());
        const double start = now_seconds();
        for (const std::string& bytes : writes)
            write_all(driver.get(), bytes);
        write_all(driver.get(), "SETINFO ups.model" + mark);
        wait_for_reply(client.get(), ask, mark);
        std::printf("%.1f\n", arguments.number("updates") / (now_seconds() - start));
        std::fflush(stdout);
    }
    ::unlink(path.c_str());
    return 0;
}
