// SPDX-License-Identifier: Apache-2.0
/// Words for and questions to the person in front of a tool.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ups::client {

/// Prints `text` on stdout; the exit status: 1 if it could not be written.
int print(std::string_view text);
/// Prints `text`, `detail` and LF on stderr; the exit status, 1.
int complain(std::string_view text, std::string_view detail = {});

/// Prints `prompt` on stdout and reads a line from stdin; nothing at its end.
[[nodiscard]] std::optional<std::string> ask_line(const std::string& prompt);
/// Asks on the terminal without echo, so that neither the screen nor a redirected stdout shows it. With
/// no terminal: prompt on stderr, answer from stdin. Empty at the end of input.
[[nodiscard]] std::string ask_secret(const std::string& prompt);
/// The first line of a file that holds a secret, or of stdin ("-"); nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_secret(const std::string& path);

}  // namespace ups::client
