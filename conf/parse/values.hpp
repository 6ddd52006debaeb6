// SPDX-License-Identifier: Apache-2.0
/// One value checked against its row.
#pragma once

#include "conf/parse/lines.hpp"
#include "conf/parse/problem.hpp"
#include "conf/schema/row.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

/// A checked value: which member counts follows from the row's type.
struct Value {
    std::string_view text;    ///< as written; views the line
    std::int64_t number = 0;  ///< integer, seconds, mode
    bool boolean = false;     ///< boolean, flag
    std::size_t choice = 0;   ///< index of the word among `Row::choices`
    Place place = {};
};

/// Checks `text` against the type, range and choices of `row`; a misfit is reported as `severity`.
[[nodiscard]] std::optional<Value> check_value(const Row& row, std::string_view text,
                                               const Place& place, std::vector<Problem>& problems,
                                               Severity severity = Severity::error);

/// What a directive that needs a value and has none is told.
void report_no_value(const Row& row, const Place& place, std::vector<Problem>& problems);

/// An unknown directive, with the nearest known one as hint.
void report_unknown(File file, Section section, std::string_view name, const Place& place,
                    std::vector<Problem>& problems);

/// Words of `line` from `first` on that have no effect.
void report_surplus(const Row& row, const Line& line, std::size_t first,
                    std::vector<Problem>& problems);

}  // namespace ups::conf
