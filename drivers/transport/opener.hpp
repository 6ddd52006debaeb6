// SPDX-License-Identifier: Apache-2.0
/// Transports are modules: `<folder>/<kind>.so`, loaded when a device of that kind is opened, so that the
/// host carries no library of a transport it does not use. `none` is built in.
///
/// A module is part of this build and shares its C++ types; it exports one `TransportModule` under
/// `kTransportSymbol`, and is refused if it is from another version.
#pragma once

#include "drivers/transport/link.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ups::transport {

struct TransportModule {
    const char* version;  ///< kVersion of the build
    Result<std::unique_ptr<Link>> (*open)(const LinkRequest& request);
};
inline constexpr const char* kTransportSymbol = "ups_transport_v1";

/// Loads modules from the first of `folders` that has them, and keeps them until it dies: it must outlive
/// the links it opened.
class ModuleOpener final : public LinkOpener {
  public:
    explicit ModuleOpener(std::vector<std::string> folders) : folders_(std::move(folders)) {}
    [[nodiscard]] Result<std::unique_ptr<Link>> open(const LinkRequest& request) override;

  private:
    [[nodiscard]] Result<const TransportModule*> load(const std::string& kind);

    std::vector<std::string> folders_;
    std::map<std::string, const TransportModule*> loaded_;
};

}  // namespace ups::transport
