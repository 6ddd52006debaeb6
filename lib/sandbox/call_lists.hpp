// SPDX-License-Identifier: Apache-2.0
/// The system calls of each profile, by name. Names that a machine does not have are skipped.
#pragma once

#include <span>

namespace ups::sandbox {

/// Allowed whatever the arguments, in every profile.
[[nodiscard]] std::span<const char* const> common_calls() noexcept;
/// Allowed in addition for processes that run a plugin.
[[nodiscard]] std::span<const char* const> driver_calls() noexcept;
/// Never made by honest code of ours: the process is ended.
[[nodiscard]] std::span<const char* const> deadly_calls() noexcept;

}  // namespace ups::sandbox
