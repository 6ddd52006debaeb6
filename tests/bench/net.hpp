// SPDX-License-Identifier: Apache-2.0
/// Sockets, time and arguments for the benchmark programs. They end with a message when anything
/// fails: a benchmark that goes on after an error measures nothing.
#pragma once

#include "lib/base/fd.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ups::bench {

[[noreturn]] void die(const std::string& what);

/// Seconds on the monotonic clock.
[[nodiscard]] double now_seconds();

/// `name=value` words of the command line.
class Arguments {
  public:
    Arguments(int argc, char** argv);
    /// The value of `name`; ends the program if it is absent and there is no `fallback`.
    [[nodiscard]] std::string text(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name, const std::string& fallback) const;
    [[nodiscard]] int number(const std::string& name) const;
    [[nodiscard]] int number(const std::string& name, int fallback) const;
    [[nodiscard]] double seconds(const std::string& name) const;

  private:
    std::map<std::string, std::string> values_;
};

/// A connected loopback TCP socket with TCP_NODELAY; non-blocking after the connection stands.
[[nodiscard]] Fd connect_tcp(int port);
/// The same, but the connection is only begun: it stands when the socket is writable. `source_host`: N of
/// the source address 127.0.0.N, for more connections than one address has ports; 0 for any.
[[nodiscard]] Fd begin_connect_tcp(int port, unsigned source_host = 0);
/// A listening loopback TCP socket, non-blocking.
[[nodiscard]] Fd listen_tcp(int port);
[[nodiscard]] Fd listen_unix(const std::string& path);
[[nodiscard]] Fd connect_unix(const std::string& path);

/// Writes all of `bytes`, waiting where needed.
void write_all(int fd, std::string_view bytes);
/// Reads at least one byte, waiting where needed, and appends; false at the end of the stream.
[[nodiscard]] bool read_some(int fd, std::string& into);
/// Sends `request` and LF, waits for the whole reply: one line, or a BEGIN … END block.
[[nodiscard]] std::string exchange(int fd, const std::string& request);
/// Whether `reply` is all of the reply to `request`.
[[nodiscard]] bool is_whole_reply(std::string_view reply, const std::string& request);

/// The whole of a file; ends the program if it cannot be read.
[[nodiscard]] std::string file_content(const std::string& path);

}  // namespace ups::bench
