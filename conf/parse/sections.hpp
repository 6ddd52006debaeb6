// SPDX-License-Identifier: Apache-2.0
/// Section headers, `[name]`, as ups.conf and upsd.users have them.
#pragma once

#include "conf/parse/lines.hpp"
#include "conf/parse/problem.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace ups::conf {

enum class HeaderKind : std::uint8_t {
    none,    ///< the line is no header
    good,    ///< `name` is the section's
    broken,  ///< meant as one, but malformed (reported): what follows belongs to no section
};

struct Header {
    HeaderKind kind = HeaderKind::none;
    std::string_view name;  ///< views the line
};

[[nodiscard]] Header read_header(const Line& line, std::vector<Problem>& problems);

}  // namespace ups::conf
