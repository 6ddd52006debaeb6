// SPDX-License-Identifier: Apache-2.0
/// Expected failures travel as values: `Result<T>` is a value or an `Error`.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ups {

/// What kind of failure, for programs. The text in `Error` is for people.
enum class ErrorCode : std::uint8_t {
    invalid,      ///< malformed or out of range input
    not_found,    ///< a name, file or device that is not there
    denied,       ///< permission or credentials
    refused,      ///< the peer said no (connection refused, ERR …)
    timeout,      ///< the deadline passed
    closed,       ///< the peer ended the conversation
    busy,         ///< in use by somebody else; trying again may help
    too_long,     ///< a documented limit was exceeded
    unsupported,  ///< understood, but not possible here
    io,           ///< a system call failed; `sys_errno` says how
};

/// A failure: a code for the program, a text for people, `errno` where a system call failed (else
/// 0).
struct Error {
    ErrorCode code = ErrorCode::invalid;
    std::string text;
    int sys_errno = 0;

    /// The same error with "`context`: " put in front of the text.
    [[nodiscard]] Error within(std::string_view context) const;
};

template <class T> using Result = std::expected<T, Error>;

/// Builds the failure arm of any `Result`.
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, std::string text);

/// As `fail`, for a system call: appends ": " and the text of `err` (an errno value).
[[nodiscard]] std::unexpected<Error> fail_errno(std::string text, int err);

}  // namespace ups

#define UPS_CONCAT_(a, b) a##b
#define UPS_CONCAT(a, b) UPS_CONCAT_(a, b)

/// `UPS_TRY(const auto x, call());` declares `x` from a `Result`, or returns its error from this
/// function.
#define UPS_TRY(declaration, ...)                                                                  \
    auto UPS_CONCAT(ups_try_, __LINE__) = (__VA_ARGS__);                                           \
    if (!UPS_CONCAT(ups_try_, __LINE__))                                                           \
        return std::unexpected(std::move(UPS_CONCAT(ups_try_, __LINE__)).error());                 \
    declaration = *std::move(UPS_CONCAT(ups_try_, __LINE__))

/// `UPS_CHECK(call());` returns the error of a `Result<void>` (or ignores the value of any other).
#define UPS_CHECK(...)                                                                             \
    do {                                                                                           \
        if (auto ups_check_ = (__VA_ARGS__); !ups_check_)                                          \
            return std::unexpected(std::move(ups_check_).error());                                 \
    } while (false)
