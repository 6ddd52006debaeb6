// SPDX-License-Identifier: Apache-2.0
/// What a reader of configuration has to say about a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ups::conf {

/// Where a directive stands. Lines and columns count from 1; a column is a byte.
struct Place {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

enum class Severity : std::uint8_t {
    note,     ///< probably right; worth a look (`-t` shows it, daemons do not)
    warning,  ///< works, but not as the writer may think
    error,    ///< the line has no effect; a reload is refused
};

struct Problem {
    Severity severity = Severity::error;
    Place place;
    std::string text;  ///< what is wrong; never a secret
    std::string hint;  ///< what to do, may be empty
};

/// `/etc/nut/ups.conf:3:1: warning: unknown directive "polinterval" (did you mean "pollinterval"?)`
[[nodiscard]] std::string to_text(const Problem& problem);
[[nodiscard]] std::string to_text(const Place& place);

/// A file that was read, for checks of its permissions by the program.
struct SourceFile {
    std::string path;
    std::uint32_t mode = 0;  ///< permission bits
    [[nodiscard]] bool is_world_readable() const noexcept { return (mode & 04U) != 0; }
};

/// A checked configuration. `value` is always usable: what was wrong has its default.
template <class T> struct Loaded {
    T value;
    std::vector<Problem> problems;
    std::vector<SourceFile> files;

    /// No errors (warnings and notes may be there).
    [[nodiscard]] bool ok() const noexcept {
        for (const Problem& problem : problems)
            if (problem.severity == Severity::error) return false;
        return true;
    }
};

}  // namespace ups::conf
