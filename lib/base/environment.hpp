// SPDX-License-Identifier: Apache-2.0
/// What the environment says, for `main()` to read once at the start. Empty counts as not set.
#pragma once

#include <optional>
#include <string>

namespace ups {

[[nodiscard]] std::optional<std::string> env_text(const char* name);
/// As an absolute path: the working folder changes on the way to the background, and what is relative to
/// it must not.
[[nodiscard]] std::optional<std::string> env_folder(const char* name);
/// Whether it says yes, in any of the words of `parse_boolean`.
[[nodiscard]] bool env_flag(const char* name);
/// From 0 to INT_MAX; anything else counts as not set.
[[nodiscard]] std::optional<unsigned> env_number(const char* name);

}  // namespace ups
