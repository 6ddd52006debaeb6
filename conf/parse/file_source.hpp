// SPDX-License-Identifier: Apache-2.0
/// Where configuration text comes from.
#pragma once

#include "lib/base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ups::conf {

struct FileText {
    std::string text;
    std::uint32_t mode = 0;  ///< permission bits
};

class FileSource {
  public:
    virtual ~FileSource() = default;
    /// The whole of a file. Fails with `not_found`, `denied`, `too_long`, `invalid` (not a file) or `io`.
    [[nodiscard]] virtual Result<FileText> read(const std::string& path) = 0;
    /// Names (not paths) of the entries of a folder, sorted by bytes. Fails as `read` does.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
};

/// The file system.
class DiskFiles final : public FileSource {
  public:
    [[nodiscard]] Result<FileText> read(const std::string& path) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;
};

/// Files in memory, for tests.
class MemoryFiles final : public FileSource {
  public:
    void put(std::string path, std::string text, std::uint32_t mode = 0640) {
        files_[std::move(path)] = FileText{std::move(text), mode};
    }
    void remove(const std::string& path) { files_.erase(path); }
    [[nodiscard]] Result<FileText> read(const std::string& path) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;

  private:
    std::map<std::string, FileText> files_;
};

}  // namespace ups::conf
