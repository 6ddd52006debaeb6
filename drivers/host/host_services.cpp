// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/host_services.hpp"

#include "driverapi/kit/str.hpp"
#include "drivers/host/plugin_files.hpp"
#include "lib/base/file.hpp"

#include <algorithm>
#include <chrono>

namespace ups::host {

using kit::str;
using kit::view;
using std::chrono::milliseconds;

std::int64_t to_ms(Instant when) noexcept {
    return std::chrono::duration_cast<milliseconds>(when.time_since_epoch()).count();
}

Instant from_ms(std::int64_t ms) noexcept {
    constexpr std::int64_t kMost = std::chrono::floor<milliseconds>(Duration::max()).count();
    return Instant(milliseconds(std::clamp<std::int64_t>(ms, 0, kMost)));
}

// The services as C functions: each finds its object in `ctx`. Running out of memory ends the process,
// so no exception is expected; noexcept makes that so.
struct HostServices::Services {
    static HostServices& at(void* ctx) noexcept { return *static_cast<HostServices*>(ctx); }
    static Publisher& out(void* ctx) noexcept { return at(ctx).publisher_; }

    static std::int64_t now(void* ctx) noexcept { return to_ms(at(ctx).clock_.now()); }
    static std::int64_t wall(void* ctx) noexcept {
        const auto since = at(ctx).clock_.wall().time_since_epoch();
        return std::chrono::duration_cast<milliseconds>(since).count();
    }
    static std::int32_t sleep_until(void* ctx, std::int64_t when) noexcept {
        const auto end = at(ctx).stop_.wait(-1, 0, from_ms(when), at(ctx).clock_);
        return end == transport::WaitEnd::stopping ? UPSDRV_E_STOPPING : UPSDRV_OK;
    }
    static void poll_at(void* ctx, std::int64_t when) noexcept {
        auto& wanted = at(ctx).poll_at_;
        wanted = wanted ? std::min(*wanted, from_ms(when)) : from_ms(when);
    }
    static void log(void* ctx, std::uint32_t level, upsdrv_str text) noexcept {
        constexpr std::size_t kMaxLog = 1024;
        at(ctx).mailbox_.post(PluginLog{level, std::string(view(text).substr(0, kMaxLog))});
    }

    static std::int32_t option(void* ctx, const char* name, upsdrv_str* value) noexcept {
        const auto found = at(ctx).option(name);
        if (!found) return UPSDRV_E_UNKNOWN;
        *value = str(*found);
        return UPSDRV_OK;
    }
    static std::int32_t option_at(void* ctx, std::uint32_t index, upsdrv_str* name,
                                  upsdrv_str* value) noexcept {
        const auto& options = at(ctx).config_.options;
        if (index >= options.size()) return UPSDRV_E_UNKNOWN;
        *name = str(options[index].name);
        *value = options[index].value ? str(*options[index].value) : upsdrv_str{};
        return UPSDRV_OK;
    }
    static upsdrv_str ups_name(void* ctx) noexcept { return str(at(ctx).config_.ups_name); }
    static upsdrv_str port(void* ctx) noexcept { return str(at(ctx).config_.port); }

    static std::int32_t set_var(void* ctx, upsdrv_str name, upsdrv_str value) noexcept {
        return out(ctx).set_var(view(name), view(value));
    }
    static std::int32_t del_var(void* ctx, upsdrv_str name) noexcept {
        return out(ctx).del_var(view(name));
    }
    static std::int32_t var_flags(void* ctx, upsdrv_str name, std::uint32_t flags,
                                  std::uint32_t max_length) noexcept {
        return out(ctx).var_flags(view(name), flags, max_length);
    }
    static std::int32_t add_enum(void* ctx, upsdrv_str name, upsdrv_str value) noexcept {
        return out(ctx).add_enum(view(name), view(value));
    }
    static std::int32_t del_enum(void* ctx, upsdrv_str name, upsdrv_str value) noexcept {
        return out(ctx).del_enum(view(name), view(value));
    }
    static std::int32_t add_range(void* ctx, upsdrv_str name, upsdrv_str min,
                                  upsdrv_str max) noexcept {
        return out(ctx).add_range(view(name), view(min), view(max));
    }
    static std::int32_t del_range(void* ctx, upsdrv_str name, upsdrv_str min,
                                  upsdrv_str max) noexcept {
        return out(ctx).del_range(view(name), view(min), view(max));
    }
    static std::int32_t add_command(void* ctx, upsdrv_str name) noexcept {
        return out(ctx).add_command(view(name));
    }
    static std::int32_t del_command(void* ctx, upsdrv_str name) noexcept {
        return out(ctx).del_command(view(name));
    }
    static std::int32_t get_var(void* ctx, upsdrv_str name, upsdrv_str* value) noexcept {
        const auto found = out(ctx).get_var(view(name));
        if (!found) return UPSDRV_E_UNKNOWN;
        *value = str(*found);
        return UPSDRV_OK;
    }
    static std::int32_t set_status(void* ctx, upsdrv_str words) noexcept {
        return out(ctx).set_status(view(words));
    }
    static std::int32_t set_alarm(void* ctx, upsdrv_str text) noexcept {
        return out(ctx).set_alarm(view(text));
    }
    static void clear(void* ctx) noexcept { out(ctx).clear(); }

    static std::int32_t link_send(void* ctx, upsdrv_str bytes, std::int64_t deadline) noexcept {
        auto* const link = at(ctx).link_;
        return link == nullptr ? UPSDRV_E_LOST : link->send(view(bytes), from_ms(deadline));
    }
    static std::int32_t link_receive(void* ctx, void* buffer, std::uint32_t capacity,
                                     std::int64_t deadline) noexcept {
        auto* const link = at(ctx).link_;
        if (link == nullptr) return UPSDRV_E_LOST;
        if (buffer == nullptr || capacity == 0) return UPSDRV_E_INVALID;
        return link->receive({static_cast<char*>(buffer), std::min(capacity, 0x7FFF'FFFFU)},
                             from_ms(deadline));
    }
    static std::int32_t link_control(void* ctx, std::uint32_t operation, upsdrv_str argument,
                                     std::int64_t deadline) noexcept {
        auto* const link = at(ctx).link_;
        if (link == nullptr) return UPSDRV_E_LOST;
        return link->control(operation, view(argument), from_ms(deadline));
    }
    static std::int32_t use_link(void* ctx, std::uint32_t link, upsdrv_str address) noexcept {
        const bool offered = link < 32 && (at(ctx).plugin_.links & UPSDRV_LINK_BIT(link)) != 0;
        if (!at(ctx).creating_ || !offered) return UPSDRV_E_INVALID;
        at(ctx).choice_ = LinkChoice{link, std::string(view(address))};
        return UPSDRV_OK;
    }

    static std::int32_t file_read(void* ctx, upsdrv_str name, std::uint64_t offset, void* buffer,
                                  std::uint32_t capacity) noexcept {
        if (buffer == nullptr) return UPSDRV_E_INVALID;
        return read_plugin_file(join_path(at(ctx).config_.conf_folder, view(name)), offset,
                                {static_cast<char*>(buffer), std::min(capacity, 0x7FFF'FFFFU)});
    }
    static std::int32_t file_stamp(void* ctx, upsdrv_str name, std::uint64_t* stamp) noexcept {
        const auto found = stamp_plugin_file(join_path(at(ctx).config_.conf_folder, view(name)));
        if (!found) return UPSDRV_E_UNKNOWN;
        *stamp = *found;
        return UPSDRV_OK;
    }
};

HostServices::HostServices(const upsdrv_plugin& plugin, InstanceConfig config, PublishRules rules,
                           const Clock& clock, const transport::StopSignal& stop, Mailbox& mailbox)
    : plugin_(plugin), config_(std::move(config)), publisher_(std::move(rules)), clock_(clock),
      stop_(stop), mailbox_(mailbox) {
    using S = Services;
    abi_ = {sizeof(upsdrv_host),
            UPSDRV_ABI_MINOR,
            this,
            S::now,
            S::wall,
            S::sleep_until,
            S::poll_at,
            S::log,
            S::option,
            S::option_at,
            S::ups_name,
            S::port,
            S::set_var,
            S::del_var,
            S::var_flags,
            S::add_enum,
            S::del_enum,
            S::add_range,
            S::del_range,
            S::add_command,
            S::del_command,
            S::get_var,
            S::set_status,
            S::set_alarm,
            S::clear,
            S::link_send,
            S::link_receive,
            S::link_control,
            S::file_read,
            S::file_stamp,
            S::use_link};
}

std::optional<std::string_view> HostServices::option(std::string_view name) const {
    for (const PluginOption& given : config_.options)
        if (given.name == name) return given.value ? std::string_view(*given.value) : "";
    for (std::uint32_t i = 0; i < plugin_.option_count; ++i)
        if (name == plugin_.options[i].name && plugin_.options[i].fallback != nullptr)
            return plugin_.options[i].fallback;
    return std::nullopt;
}

std::uint32_t HostServices::link_kind() const {
    if (choice_) return choice_->kind;
    const auto has = [this](std::uint32_t kind) {
        return (plugin_.links & UPSDRV_LINK_BIT(kind)) != 0;
    };
    if (plugin_.links == 0 || has(UPSDRV_LINK_NONE)) return UPSDRV_LINK_NONE;
    const std::string_view port = config_.port;
    if (port.starts_with('/') && has(UPSDRV_LINK_SERIAL)) return UPSDRV_LINK_SERIAL;
    if (port == "auto" && has(UPSDRV_LINK_HID)) return UPSDRV_LINK_HID;
    for (std::uint32_t kind = 0; kind < 32; ++kind)
        if (has(kind)) return kind;
    return UPSDRV_LINK_NONE;
}

const std::string& HostServices::link_address() const {
    return choice_ ? choice_->address : config_.port;
}

}  // namespace ups::host
