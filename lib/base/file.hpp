// SPDX-License-Identifier: Apache-2.0
/// Whole small files.
#pragma once

#include "lib/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ups {

/// Largest file that is read whole unless the caller says otherwise.
inline constexpr std::size_t kMaxFile = std::size_t{4} * 1024 * 1024;

/// The contents of a regular file. Fails with `not_found`, `denied`, `io`, or `too_long`.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit = kMaxFile);

/// Replaces `path` so that readers see the old or the new text, never a part: writes a temporary
/// file beside it, syncs it, renames it, syncs the folder. Fails with `io` and leaves the old file.
[[nodiscard]] Result<void> write_file_atomic(const std::string& path, std::string_view text,
                                             unsigned mode);

/// `name` if absolute, else `folder`/`name`.
[[nodiscard]] std::string join_path(std::string_view folder, std::string_view name);

}  // namespace ups
