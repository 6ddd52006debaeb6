// SPDX-License-Identifier: Apache-2.0
/// Time from a changed reading at the driver socket to its EVENT at subscribers. This program is both
/// the driver and the subscribers; it changes one variable `updates` times, one at a time, and waits
/// until every subscriber has it. Prints the 50th and 99th percentile in microseconds.
///
///   bench-latency socket=/run/x/dummy-ups-u0 port=N ups=u0 subscribers=1 updates=2000
///
/// It prints "ready" when the socket listens; the server is started, or connects, after that.
#include "tests/bench/driver_side.hpp"
#include "tests/bench/net.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace ups::bench;

/// A connection that has subscribed; waits until the server shows the driver's data.
ups::Fd subscribe(int port, const std::string& ups) {
    ups::Fd fd = connect_tcp(port);
    const double end = now_seconds() + 20;
    while (!exchange(fd.get(), "GET VAR " + ups + " ups.status").ends_with("\"OL CHRG\"\n")) {
        if (now_seconds() > end) die("the server never showed the driver's data");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const std::string reply = exchange(fd.get(), "SUBSCRIBE " + ups);
    if (!reply.starts_with("BEGIN SUBSCRIBE")) die("no SUBSCRIBE: " + reply);
    return fd;
}

/// Seconds until every subscriber has read the whole of `expected`.
double one_update(int driver, const std::vector<ups::Fd>& subscribers, const std::string& update,
                  const std::string& expected) {
    const double start = now_seconds();
    write_all(driver, update);
    for (const ups::Fd& subscriber : subscribers) {
        std::string got;
        while (got.size() < expected.size()) {
            if (!read_some(subscriber.get(), got)) die("subscriber lost");
        }
        if (got != expected) die("expected " + expected + ", got " + got);
    }
    return now_seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argc, argv);
    const std::string path = arguments.text("socket");
    const std::string ups = arguments.text("ups");
    const ups::Fd listener = listen_as_driver(path);
    std::puts("ready");
    std::fflush(stdout);
    const ups::Fd driver = accept_server(listener.get(), dump_of(60));
    std::vector<ups::Fd> subscribers;
    for (int i = 0; i < arguments.number("subscribers"); ++i) {
        subscribers.push_back(subscribe(arguments.number("port"), ups));
    }
    std::vector<double> seconds;
    for (int i = 0; i < arguments.number("updates"); ++i) {
        const std::string value = std::to_string(100000 + i);
        seconds.push_back(one_update(driver.get(), subscribers,
                                     "SETINFO input.voltage \"" + value + "\"\n",
                                     "EVENT VAR " + ups + " input.voltage \"" + value + "\"\n"));
        answer_pings(driver.get());
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    std::sort(seconds.begin(), seconds.end());
    std::printf("%.1f %.1f\n", seconds[seconds.size() / 2] * 1e6,
                seconds[seconds.size() * 99 / 100] * 1e6);
    ::unlink(path.c_str());
    return 0;
}
