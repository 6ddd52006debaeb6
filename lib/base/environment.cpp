// SPDX-License-Identifier: Apache-2.0
#include "lib/base/environment.hpp"

#include "lib/base/text.hpp"

#include <cstdlib>
#include <filesystem>
#include <limits>

namespace ups {

std::optional<std::string> env_text(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
}

std::optional<std::string> env_folder(const char* name) {
    const auto value = env_text(name);
    if (!value) return std::nullopt;
    std::error_code ignored;
    const auto path = std::filesystem::absolute(*value, ignored);
    return path.empty() ? *value : path.string();
}

bool env_flag(const char* name) {
    return parse_boolean(env_text(name).value_or("no")).value_or(false);
}

std::optional<unsigned> env_number(const char* name) {
    const auto value = parse_integer(env_text(name).value_or(""));
    if (!value || *value < 0 || *value > std::numeric_limits<int>::max()) return std::nullopt;
    return static_cast<unsigned>(*value);
}

}  // namespace ups
