// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/needed_file.hpp"

namespace ups::conf {

Result<FileText> read_needed(FileSource& files, const std::string& path, std::string_view page) {
    auto file = files.read(path);
    if (file) return file;
    Error why = file.error();
    if (why.code == ErrorCode::not_found)
        why.text += "; what belongs into it is in " + std::string(page);
    if (why.code == ErrorCode::denied) why.text += "; it is for root and the group of the file";
    return std::unexpected(std::move(why));
}

}  // namespace ups::conf
