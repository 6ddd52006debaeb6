// SPDX-License-Identifier: Apache-2.0
/// Files that plugins read through the host.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ups::host {

/// Bytes from `offset`: their count (0 = end), or UPSDRV_E_UNKNOWN (no such file), UPSDRV_E_FAILED
/// (not a regular file, or unreadable). Never waits for a writer.
[[nodiscard]] std::int32_t read_plugin_file(const std::string& path, std::uint64_t offset,
                                            std::span<char> into) noexcept;

/// Changes with the file's time of change, size or identity. Nothing if it is not there.
[[nodiscard]] std::optional<std::uint64_t> stamp_plugin_file(const std::string& path) noexcept;

}  // namespace ups::host
