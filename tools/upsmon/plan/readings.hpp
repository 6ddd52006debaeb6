// SPDX-License-Identifier: Apache-2.0
/// What the rules look at.
#pragma once

#include "tools/upsmon/plan/plan.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::upsmon::plan {

/// What is known of a UPS now. Everything counts only while `is_fresh`.
struct UpsReading {
    bool is_fresh = false;  ///< there is contact and the data are not stale
    std::string status;     ///< ups.status; empty: unknown
    std::map<std::string, double, std::less<>> numbers;  ///< by variable in lower case

    /// Takes the text of a variable as the server has it; ups.status too. A text that is no number is
    /// as good as none.
    void set(std::string_view variable, std::string_view text);
    /// The variable is not published any more.
    void remove(std::string_view variable);
    [[nodiscard]] std::optional<double> number(std::string_view variable) const;
};

/// One for each UPS, by `UpsIndex`.
using Readings = std::vector<UpsReading>;

}  // namespace ups::upsmon::plan
