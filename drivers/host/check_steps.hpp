// SPDX-License-Identifier: Apache-2.0
/// The steps of `upsdrv --check`: what the contract asks of every plugin, under a host in memory.
#pragma once

#include "driverapi/upsdrv.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ups::host {

/// What the plugin is to be tried with.
struct CheckInput {
    std::string path;
    std::string port = "auto";
    std::vector<std::pair<std::string, std::optional<std::string>>> options;
    std::string recording;  ///< text; empty: none
    std::string port_file;  ///< what the file called `port` holds; empty: there is none
};

enum class Verdict : std::uint8_t { passed, failed, skipped };

/// Hears of each step: `begin` before it runs, then exactly one `end`.
class CheckReport {
  public:
    virtual ~CheckReport() = default;
    virtual void begin(std::string_view step) = 0;
    virtual void end(Verdict verdict, std::string_view text) = 0;
};

/// Runs all steps in this process, which a bad plugin may bring down: call it in a child. Nothing of ours
/// is written to stdout or stderr, which must be the descriptor `output` (a file that starts empty).
void run_check_steps(const CheckInput& input, int output, CheckReport& report);

}  // namespace ups::host
