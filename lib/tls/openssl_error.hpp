// SPDX-License-Identifier: Apache-2.0
/// OpenSSL's error queue as text.
#pragma once

#include <string>

namespace ups::tls {

/// The reason of the oldest queued error, and an empty queue afterwards; `otherwise` if there was
/// none.
[[nodiscard]] std::string take_openssl_error(const char* otherwise);

} // namespace ups::tls
