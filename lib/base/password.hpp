// SPDX-License-Identifier: Apache-2.0
/// Passwords as they are stored: plain text, or a crypt(5) hash such as `$y$j9T$salt$hash`.
///
/// Its own library (`password_dep`), so that programs without passwords do not link libcrypt.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ups {

enum class PasswordForm : std::uint8_t {
    plain,        ///< compared as it is
    hash,         ///< checked with crypt(3), which takes time on purpose
    weak_hash,    ///< the same, by a method that is no longer thought safe
    unsupported,  ///< a hash that this system's libcrypt does not know; nothing matches it
};

/// What `stored` is. Text counts as a hash if it starts like one (`$id$`): traditional DES hashes have no
/// mark and are taken for plain text.
[[nodiscard]] PasswordForm password_form(std::string_view stored);

/// Whether `candidate` is the password. Takes as long as the hash asks for (a fraction of a second);
/// never on an event loop unless the form is `plain`, which is compared in a time that depends on
/// `candidate` only. An empty `stored` matches nothing.
[[nodiscard]] bool password_matches(std::string_view stored, std::string_view candidate);

/// A fresh yescrypt hash with the library's recommended cost. Fails with `too_long` (over 511 bytes),
/// `invalid` (empty, or holds a byte that no client could send: NUL, line end) or `io`.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);

/// Overwrites the text in a way that the compiler keeps, then empties it.
void wipe(std::string& secret) noexcept;

/// Text that is overwritten when it goes.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    explicit Secret(std::string&& text) noexcept : text_(std::move(text)) {}
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(text_); }
    /// Views this object.
    [[nodiscard]] std::string_view view() const noexcept { return text_; }

  private:
    std::string text_;
};

}  // namespace ups
