// SPDX-License-Identifier: Apache-2.0
/// nut.conf: which services a host starts. Shells source it, so the grammar is the shell's:
///
///     line  = [ "export " ] KEY "=" value [ comment ]
///     value = *( bare / "'" text "'" / DQUOTE text DQUOTE )      no expansion is done
#pragma once

#include "conf/parse/file_source.hpp"
#include "conf/parse/problem.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ups::conf {

enum class ServiceMode : std::uint8_t { none, standalone, netserver, netclient };

struct NutConf {
    ServiceMode mode = ServiceMode::none;
    /// Every assignment, unquoted, `MODE` included.
    std::map<std::string, std::string, std::less<>> values;
};

/// Reads `folder`/nut.conf. Fails only if it cannot be read.
[[nodiscard]] Result<Loaded<NutConf>> load_nut_conf(FileSource& files, const std::string& folder);
[[nodiscard]] Loaded<NutConf> parse_nut_conf(std::string_view text, const std::string& file);

}  // namespace ups::conf
