// SPDX-License-Identifier: Apache-2.0
#include "lib/tls/openssl_error.hpp"

#include <openssl/err.h>
#include <system_error>

namespace ups::tls {

std::string take_openssl_error(const char* otherwise) {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return otherwise;
    if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : otherwise;
}

} // namespace ups::tls
