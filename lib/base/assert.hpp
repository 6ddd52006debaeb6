// SPDX-License-Identifier: Apache-2.0
/// Invariants of our own code. On in every build; never used on input or on system calls.
#pragma once

namespace ups {
/// Prints what broke and where to stderr, then aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;
}  // namespace ups

#define UPS_ASSERT(expression)                                                                     \
    ((expression) ? void() : ::ups::assertion_failed(#expression, __FILE__, __LINE__))
