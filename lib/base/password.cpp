// SPDX-License-Identifier: Apache-2.0
#include "lib/base/password.hpp"

#include <algorithm>
#include <cerrno>
#include <crypt.h>
#include <cstddef>
#include <cstring>
#include <memory>

namespace ups {
namespace {

constexpr std::size_t kMaxPassword = CRYPT_MAX_PASSPHRASE_SIZE - 1;

/// `$id$…` with an id of letters, digits, "-" and at most 12 bytes.
bool looks_hashed(std::string_view stored) {
    if (!stored.starts_with('$')) return false;
    const std::size_t end = stored.find('$', 1);
    if (end == std::string_view::npos || end < 2 || end > 13) return false;
    return std::ranges::all_of(stored.substr(1, end - 1), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

/// The ids of crypt(5) and of the hashes people try; other text between two "$" is a plain password.
bool is_known_id(std::string_view id) {
    static constexpr std::string_view kIds[] = {
        "y", "gy", "7",   "2a",   "2b",       "2x",      "2y",      "1",      "3",
        "5", "6",  "md5", "sha1", "argon2id", "argon2i", "argon2d", "scrypt", "pbkdf2"};
    return std::ranges::find(kIds, id) != std::end(kIds);
}

/// Equal? In a time that depends on the length of `b` only.
bool equal_steadily(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0U : 1U;
    for (std::size_t i = 0; i < b.size(); ++i) {
        const char other = a.empty() ? '\0' : a[i % a.size()];
        difference |= static_cast<unsigned char>(other) ^ static_cast<unsigned char>(b[i]);
    }
    // The loop must not end early because the answer is known.
    asm volatile("" : "+r"(difference));
    return difference == 0 && !a.empty();
}

struct WipeCrypt {
    void operator()(crypt_data* data) const noexcept {
        ::explicit_bzero(data, sizeof *data);
        delete data;
    }
};

bool crypt_matches(std::string_view stored, std::string_view candidate) {
    if (candidate.size() > kMaxPassword || candidate.find('\0') != std::string_view::npos)
        return false;
    const std::string setting(stored);
    std::string phrase(candidate);
    const std::unique_ptr<crypt_data, WipeCrypt> data(new crypt_data{});
    // crypt_rn never returns the "*0" of older interfaces: null means that it could not be done.
    const char* made = ::crypt_rn(phrase.c_str(), setting.c_str(), data.get(), sizeof *data);
    wipe(phrase);
    return made != nullptr && equal_steadily(setting, made);
}

}  // namespace

void wipe(std::string& secret) noexcept {
    // The bytes of a moved-from short string are behind its end.
    secret.resize(secret.capacity());
    ::explicit_bzero(secret.data(), secret.size());
    secret.clear();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
    return *this;
}

PasswordForm password_form(std::string_view stored) {
    if (!looks_hashed(stored)) return PasswordForm::plain;
    const std::string_view id = stored.substr(1, stored.find('$', 1) - 1);
    switch (::crypt_checksalt(std::string(stored).c_str())) {
    case CRYPT_SALT_OK:
        return PasswordForm::hash;
    case CRYPT_SALT_METHOD_LEGACY:
    case CRYPT_SALT_TOO_CHEAP:
        return PasswordForm::weak_hash;
    default:
        return is_known_id(id) ? PasswordForm::unsupported : PasswordForm::plain;
    }
}

bool password_matches(std::string_view stored, std::string_view candidate) {
    switch (password_form(stored)) {
    case PasswordForm::plain:
        return equal_steadily(stored, candidate);
    case PasswordForm::hash:
    case PasswordForm::weak_hash:
        return crypt_matches(stored, candidate);
    case PasswordForm::unsupported:
        return false;
    }
    return false;
}

Result<std::string> hash_password(std::string_view password) {
    if (password.size() > kMaxPassword)
        return fail(ErrorCode::too_long, "the password is too long");
    if (password.empty()) return fail(ErrorCode::invalid, "the password is empty");
    const std::string_view bad("\0\r\n", 3);
    if (password.find_first_of(bad) != std::string_view::npos)
        return fail(ErrorCode::invalid, "the password holds a line end or a NUL byte");
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (::crypt_gensalt_rn("$y$", 0, nullptr, 0, setting, sizeof setting) == nullptr)
        return fail_errno("cannot make a salt", errno);
    std::string phrase(password);
    const std::unique_ptr<crypt_data, WipeCrypt> data(new crypt_data{});
    const char* made = ::crypt_rn(phrase.c_str(), setting, data.get(), sizeof *data);
    const int err = errno;
    wipe(phrase);
    if (made == nullptr) return fail_errno("cannot hash the password", err);
    return std::string(made);
}

}  // namespace ups
