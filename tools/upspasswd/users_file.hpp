// SPDX-License-Identifier: Apache-2.0
/// Changing one password in the text of an upsd.users file, and nothing else: comments, blanks and the
/// order of lines stay.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ups::upspasswd {

enum class IfAbsent : std::uint8_t {
    refuse,  ///< fail with `not_found`
    create,  ///< add a section at the end
};

/// `text` with the password of `user` replaced by `hash`; a section without a password gets one below its
/// header. Fails with `not_found` (no such user), or `invalid` (a name that no section can have, or a file
/// so broken that the change would not be read back).
[[nodiscard]] Result<std::string> set_password(std::string_view text, const std::string& user,
                                               const std::string& hash, IfAbsent if_absent);

/// What is stored as the password of `user`. Fails with `not_found`.
[[nodiscard]] Result<std::string> stored_password(std::string_view text, const std::string& user);

/// Writes the file atomically where links lead; owner and mode stay, except that nobody beyond owner and
/// group gets or keeps access. Fails with `io` or `denied` and leaves the old file.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view text);

/// Why a password is trouble with clients that send it without quotes, one sentence; empty if it is not.
[[nodiscard]] std::string_view trouble_with(std::string_view password);

}  // namespace ups::upspasswd
