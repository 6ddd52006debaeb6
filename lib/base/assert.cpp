// SPDX-License-Identifier: Apache-2.0
#include "lib/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace ups {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expression);
    std::abort();
}

}  // namespace ups
