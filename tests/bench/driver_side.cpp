// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/driver_side.hpp"

#include "tests/bench/net.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace ups::bench {

std::string dump_of(int variables) {
    std::string dump = "SETINFO ups.status \"OL CHRG\"\nSETINFO ups.mfr \"Example\"\n"
                       "SETINFO battery.charge \"97\"\nSETFLAGS battery.charge RW NUMBER\n"
                       "SETINFO ups.model \"Smart 1500 RM\"\nSETINFO input.voltage \"230.0\"\n";
    for (int i = 5; i < variables; ++i) {
        dump += "SETINFO outlet." + std::to_string(i) + ".voltage \"23" + std::to_string(i % 10) +
                ".5\"\n";
    }
    return dump + "ADDCMD load.off\nADDCMD load.on\nDATAOK\nDUMPDONE\n";
}

Fd listen_as_driver(const std::string& path) {
    Fd fd = listen_unix(path);
    ::chmod(path.c_str(), 0666);
    return fd;
}

Fd accept_server(int listener, const std::string& dump) {
    for (;;) {
        pollfd watched{listener, POLLIN, 0};
        if (::poll(&watched, 1, 30000) <= 0) die("no server connected");
        Fd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!fd) continue;
        std::string lines;
        while (lines.find("DUMPALL\n") == std::string::npos) {
            if (!read_some(fd.get(), lines)) break;
        }
        write_all(fd.get(), dump);
        return fd;
    }
}

void answer_pings(int server) {
    char chunk[512];
    if (::recv(server, chunk, sizeof chunk, 0) > 0) write_all(server, "PONG\n");
}

}  // namespace ups::bench
