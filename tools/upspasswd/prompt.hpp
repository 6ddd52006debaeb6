// SPDX-License-Identifier: Apache-2.0
/// Asking for a secret.
#pragma once

#include "lib/base/password.hpp"
#include "lib/base/result.hpp"

#include <string>

namespace ups::upspasswd {

/// Asks on the terminal, without echo. The terminal is as before afterwards, whatever happens. Fails with
/// `not_found` (no terminal) or `closed` (end of input, or interrupted).
[[nodiscard]] Result<Secret> ask(const std::string& question);

/// One line of standard input, without its line end. Fails with `closed` or `too_long`.
[[nodiscard]] Result<Secret> read_secret_line();

}  // namespace ups::upspasswd
