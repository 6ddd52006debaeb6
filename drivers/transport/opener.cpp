// SPDX-License-Identifier: Apache-2.0
#include "drivers/transport/opener.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/build_info.hpp"

#include <array>
#include <dlfcn.h>
#include <unistd.h>

namespace ups::transport {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"none", "tcp",    "serial",
                                                    "hid",  "modbus", "snmp"};

// A plugin without a device may still wait; it has nothing to talk to.
class NoLink final : public Link {
  public:
    std::int32_t send(std::string_view, Instant) override { return UPSDRV_E_UNSUPPORTED; }
    std::int32_t receive(std::span<char>, Instant) override { return UPSDRV_E_UNSUPPORTED; }
    std::int32_t control(std::uint32_t, std::string_view, Instant) override {
        return UPSDRV_E_UNSUPPORTED;
    }
};

}  // namespace

std::string_view link_kind_name(std::uint32_t kind) noexcept {
    return kind < kKinds.size() ? kKinds[kind] : "unknown";
}

Result<std::unique_ptr<Link>> ModuleOpener::open(const LinkRequest& request) {
    if (request.kind == UPSDRV_LINK_NONE) return std::make_unique<NoLink>();
    const std::string kind(link_kind_name(request.kind));
    UPS_TRY(const TransportModule* const module, load(kind));
    return module->open(request);
}

Result<const TransportModule*> ModuleOpener::load(const std::string& kind) {
    if (const auto found = loaded_.find(kind); found != loaded_.end()) return found->second;
    for (const std::string& folder : folders_) {
        const std::string path = folder + "/" + kind + ".so";
        if (::access(path.c_str(), F_OK) != 0) continue;
        // Never unloaded: links and the text of errors may still point into it.
        void* const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr) return fail(ErrorCode::io, ::dlerror());
        const auto* const module =
            static_cast<const TransportModule*>(::dlsym(handle, kTransportSymbol));
        if (module == nullptr || module->version != kVersion)
            return fail(ErrorCode::unsupported,
                        path + " is not a transport of version " + std::string(kVersion));
        loaded_.emplace(kind, module);
        return module;
    }
    return fail(ErrorCode::unsupported,
                "no transport for " + kind + " links is installed (looked for " + kind + ".so in " +
                    (folders_.empty() ? "no folder" : folders_.front()) + ")");
}

}  // namespace ups::transport
