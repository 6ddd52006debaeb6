// SPDX-License-Identifier: Apache-2.0
/// Files that a program cannot do without.
#pragma once

#include "conf/parse/file_source.hpp"

#include <string>
#include <string_view>

namespace ups::conf {

/// As `FileSource::read`. If it is not there, the text says where people read what belongs into it:
/// `page`, such as "upsmon.conf(5)"; if it may not be read, who may.
[[nodiscard]] Result<FileText> read_needed(FileSource& files, const std::string& path,
                                           std::string_view page);

}  // namespace ups::conf
