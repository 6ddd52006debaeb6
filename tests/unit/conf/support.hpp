// SPDX-License-Identifier: Apache-2.0
/// Short ways to look at problems in tests.
#pragma once

#include "conf/parse/problem.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

/// All problems, one per line, as people see them.
inline std::string texts(const std::vector<Problem>& problems) {
    std::string all;
    for (const Problem& problem : problems) all += to_text(problem) + "\n";
    return all;
}

inline bool mentions(const std::vector<Problem>& problems, std::string_view part) {
    return texts(problems).find(part) != std::string::npos;
}

}  // namespace ups::conf
