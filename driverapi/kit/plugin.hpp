// SPDX-License-Identifier: Apache-2.0
/// Turns a C++ class into the descriptor that a plugin exports.
///
///     class Example {
///       public:
///         explicit Example(kit::Host host);
///         kit::Status open(kit::Deadline);
///         kit::Status poll(std::uint32_t groups, kit::Deadline);
///         // optional, found by their presence:
///         kit::Status create();                       // after the constructor: read options; refuse
///         std::int32_t probe(kit::Deadline);
///         kit::Status set(std::string_view name, std::string_view value, kit::Deadline);
///         kit::Status command(std::string_view name, std::optional<std::string_view> parameter,
///                             kit::Deadline);
///         kit::Status shutdown(kit::Deadline);
///         kit::Status reconfigure();
///         void close();
///     };
///
///     extern "C" UPSDRV_EXPORT const upsdrv_plugin upsdrv_plugin_v1 =
///         kit::plugin<Example>({.name = "example", .version = "1.0", .description = "…"}, kOptions);
///
/// Exceptions end in the trampolines: they are logged and become UPSDRV_E_FAILED.
#pragma once

#include "kit/host.hpp"
#include "upsdrv.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace ups::kit {

/// The texts of a descriptor; all of them string literals.
struct About {
    const char* name;
    const char* version;
    const char* description;
    const char* aliases = nullptr;
    std::uint32_t links = UPSDRV_LINK_BIT(UPSDRV_LINK_NONE);
};

template <class T>
concept Driver = requires(T driver, Host host, Deadline deadline) {
    T(host);
    { driver.open(deadline) } -> std::same_as<Status>;
    { driver.poll(std::uint32_t{}, deadline) } -> std::same_as<Status>;
};

/// The callbacks of `T` as C functions. `self` is an `Instance`.
template <Driver T> class Plugin {
  public:
    static std::int32_t create(const upsdrv_host* host, void** self) noexcept {
        try {
            auto made = std::make_unique<Instance>(Host(*host));
            if constexpr (requires { made->driver.create(); }) {
                if (const Status status = made->driver.create(); status != UPSDRV_OK) return status;
            }
            *self = made.release();
            return UPSDRV_OK;
        } catch (const std::exception& thrown) {
            report(*host, thrown.what());
        } catch (...) {
            report(*host, "unknown exception");
        }
        return UPSDRV_E_FAILED;
    }
    static void destroy(void* self) noexcept { delete static_cast<Instance*>(self); }
    static std::int32_t probe(void* self, std::int64_t deadline_ms) noexcept {
        return guarded(self, [&](Instance& it) { return it.driver.probe({it.host, deadline_ms}); });
    }
    static std::int32_t open(void* self, std::int64_t deadline_ms) noexcept {
        return guarded(self, [&](Instance& it) { return it.driver.open({it.host, deadline_ms}); });
    }
    static std::int32_t poll(void* self, std::uint32_t groups, std::int64_t deadline_ms) noexcept {
        return guarded(
            self, [&](Instance& it) { return it.driver.poll(groups, {it.host, deadline_ms}); });
    }
    static std::int32_t set(void* self, upsdrv_str name, upsdrv_str value,
                            std::int64_t deadline_ms) noexcept {
        return guarded(self, [&](Instance& it) {
            return it.driver.set(view(name), view(value), {it.host, deadline_ms});
        });
    }
    static std::int32_t command(void* self, upsdrv_str name, upsdrv_str parameter,
                                std::int64_t deadline_ms) noexcept {
        return guarded(self, [&](Instance& it) {
            const auto given = parameter.data == nullptr
                                   ? std::nullopt
                                   : std::optional<std::string_view>(view(parameter));
            return it.driver.command(view(name), given, {it.host, deadline_ms});
        });
    }
    static std::int32_t shutdown(void* self, std::int64_t deadline_ms) noexcept {
        return guarded(self,
                       [&](Instance& it) { return it.driver.shutdown({it.host, deadline_ms}); });
    }
    static std::int32_t reconfigure(void* self) noexcept {
        return guarded(self, [](Instance& it) { return it.driver.reconfigure(); });
    }
    static void close(void* self) noexcept {
        (void)guarded(self, [](Instance& it) {
            if constexpr (requires { it.driver.close(); }) it.driver.close();
            return UPSDRV_OK;
        });
    }

    /// A descriptor with null where `T` has no such member.
    static constexpr upsdrv_plugin descriptor(const About& about,
                                              std::span<const upsdrv_option> options) {
        upsdrv_plugin made{};
        made.struct_size = sizeof(upsdrv_plugin);
        made.abi_major = UPSDRV_ABI_MAJOR;
        made.abi_minor = UPSDRV_ABI_MINOR;
        made.name = about.name;
        made.version = about.version;
        made.description = about.description;
        made.aliases = about.aliases;
        made.options = options.data();
        made.option_count = static_cast<std::uint32_t>(options.size());
        made.links = about.links;
        made.create = create;
        made.destroy = destroy;
        made.open = open;
        made.poll = poll;
        made.close = close;
        add_optional(made);
        return made;
    }

  private:
    struct Instance {
        explicit Instance(Host given) : host(given), driver(given) {}
        Host host;
        T driver;
    };

    static constexpr void add_optional(upsdrv_plugin& made) {
        if constexpr (requires(T& t, Deadline d) { t.probe(d); }) made.probe = probe;
        if constexpr (requires(T& t, Deadline d, std::string_view s) { t.set(s, s, d); })
            made.set = set;
        if constexpr (requires(T& t, Deadline d, std::string_view s,
                               std::optional<std::string_view> p) { t.command(s, p, d); })
            made.command = command;
        if constexpr (requires(T& t, Deadline d) { t.shutdown(d); }) made.shutdown = shutdown;
        if constexpr (requires(T& t) { t.reconfigure(); }) made.reconfigure = reconfigure;
    }

    template <class F> static std::int32_t guarded(void* self, F&& body) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        try {
            return body(instance);
        } catch (const std::exception& thrown) {
            report(instance.host.raw(), thrown.what());
        } catch (...) {
            report(instance.host.raw(), "unknown exception");
        }
        return UPSDRV_E_FAILED;
    }
    static void report(const upsdrv_host& host, std::string_view what) noexcept {
        host.log(host.ctx, UPSDRV_LOG_ERROR, str("the plugin failed:"));
        host.log(host.ctx, UPSDRV_LOG_ERROR, str(what));
    }
};

/// The descriptor of `T`. `options` must have static life.
template <Driver T>
[[nodiscard]] constexpr upsdrv_plugin plugin(const About& about,
                                             std::span<const upsdrv_option> options = {}) {
    return Plugin<T>::descriptor(about, options);
}

}  // namespace ups::kit
