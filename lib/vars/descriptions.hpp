// SPDX-License-Identifier: Apache-2.0
/// Where texts about variables and commands come from (`GET DESC`, `GET CMDDESC`).
#pragma once

#include <optional>
#include <string_view>

namespace ups::vars {

class Descriptions {
  public:
    virtual ~Descriptions() = default;
    /// One line about a variable, for people; nothing if the name is not known. Names compare
    /// without regard to case. The text lives as long as this object.
    [[nodiscard]] virtual std::optional<std::string_view>
    variable(std::string_view name) const noexcept = 0;
    /// The same for an instant command.
    [[nodiscard]] virtual std::optional<std::string_view>
    command(std::string_view name) const noexcept = 0;
};

/// Knows nothing; for programs without a dictionary and for tests.
class NoDescriptions final : public Descriptions {
  public:
    [[nodiscard]] std::optional<std::string_view>
    variable(std::string_view) const noexcept override {
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::string_view>
    command(std::string_view) const noexcept override {
        return std::nullopt;
    }
};

} // namespace ups::vars
