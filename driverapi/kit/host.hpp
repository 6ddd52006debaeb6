// SPDX-License-Identifier: Apache-2.0
/// `upsdrv_host` with C++ types. Each method is the service of the same name in `upsdrv.h`.
#pragma once

#include "kit/str.hpp"
#include "upsdrv.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ups::kit {

/// An UPSDRV_... result: UPSDRV_OK or an UPSDRV_E_... code.
using Status = std::int32_t;

/// Copyable; the host it wraps lives until the instance is destroyed.
class Host {
  public:
    explicit Host(const upsdrv_host& host) noexcept : host_(&host) {}

    // -- time, in milliseconds of the host's monotonic clock --
    [[nodiscard]] std::int64_t now_ms() const { return host_->now_ms(host_->ctx); }
    [[nodiscard]] std::int64_t wall_ms() const { return host_->wall_ms(host_->ctx); }
    [[nodiscard]] Status sleep_until(std::int64_t when_ms) const {
        return host_->sleep_until(host_->ctx, when_ms);
    }
    void poll_at(std::int64_t when_ms) const { host_->poll_at(host_->ctx, when_ms); }

    // -- log --
    void error(std::string_view text) const { log(UPSDRV_LOG_ERROR, text); }
    void warning(std::string_view text) const { log(UPSDRV_LOG_WARNING, text); }
    void info(std::string_view text) const { log(UPSDRV_LOG_INFO, text); }
    void debug(std::string_view text) const { log(UPSDRV_LOG_DEBUG, text); }
    void log(std::uint32_t level, std::string_view text) const {
        host_->log(host_->ctx, level, str(text));
    }

    // -- configuration --
    /// The value of an option or its fallback; nothing if it has neither.
    [[nodiscard]] std::optional<std::string_view> option(const char* name) const {
        upsdrv_str value{};
        if (host_->option(host_->ctx, name, &value) != UPSDRV_OK) return std::nullopt;
        return view(value);
    }
    [[nodiscard]] bool flag(const char* name) const { return option(name).has_value(); }
    /// Options that the host has checked: `missing` only stands in when there is no value at all.
    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t missing = 0) const {
        const auto text = option(name);
        return text ? to_integer(*text).value_or(missing) : missing;
    }
    [[nodiscard]] double decimal(const char* name, double missing = 0) const {
        const auto text = option(name);
        return text ? to_decimal(*text).value_or(missing) : missing;
    }
    /// Name and value of the options of the configuration, by index; nothing behind the last one.
    [[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>>
    option_at(std::uint32_t index) const {
        upsdrv_str name{};
        upsdrv_str value{};
        if (host_->option_at(host_->ctx, index, &name, &value) != UPSDRV_OK) return std::nullopt;
        return std::pair(view(name), view(value));
    }
    [[nodiscard]] std::string_view ups_name() const { return view(host_->ups_name(host_->ctx)); }
    [[nodiscard]] std::string_view port() const { return view(host_->port(host_->ctx)); }

    // -- variables and commands --
    Status set_var(std::string_view name, std::string_view value) const {
        return host_->set_var(host_->ctx, str(name), str(value));
    }
    /// Publishes `value` with `decimals` digits; one that is not finite withdraws the variable.
    Status set_var(std::string_view name, double value, int decimals) const {
        const std::string text = number(value, decimals);
        return text.empty() ? del_var(name) : set_var(name, text);
    }
    Status del_var(std::string_view name) const { return host_->del_var(host_->ctx, str(name)); }
    Status var_flags(std::string_view name, std::uint32_t flags,
                     std::uint32_t max_length = 0) const {
        return host_->var_flags(host_->ctx, str(name), flags, max_length);
    }
    Status add_enum(std::string_view name, std::string_view value) const {
        return host_->add_enum(host_->ctx, str(name), str(value));
    }
    Status del_enum(std::string_view name, std::string_view value) const {
        return host_->del_enum(host_->ctx, str(name), str(value));
    }
    Status add_range(std::string_view name, std::string_view min, std::string_view max) const {
        return host_->add_range(host_->ctx, str(name), str(min), str(max));
    }
    Status del_range(std::string_view name, std::string_view min, std::string_view max) const {
        return host_->del_range(host_->ctx, str(name), str(min), str(max));
    }
    Status add_command(std::string_view name) const {
        return host_->add_command(host_->ctx, str(name));
    }
    Status del_command(std::string_view name) const {
        return host_->del_command(host_->ctx, str(name));
    }
    /// The present value; a view that is valid until the next call of the host.
    [[nodiscard]] std::optional<std::string_view> get_var(std::string_view name) const {
        upsdrv_str value{};
        if (host_->get_var(host_->ctx, str(name), &value) != UPSDRV_OK) return std::nullopt;
        return view(value);
    }
    Status set_status(std::string_view words) const {
        return host_->set_status(host_->ctx, str(words));
    }
    Status set_alarm(std::string_view text) const {
        return host_->set_alarm(host_->ctx, str(text));
    }
    void clear() const { host_->clear(host_->ctx); }

    // -- link --
    [[nodiscard]] Status use_link(std::uint32_t link, std::string_view address) const {
        return host_->use_link(host_->ctx, link, str(address));
    }
    [[nodiscard]] Status send(std::string_view bytes, std::int64_t deadline_ms) const {
        return host_->link_send(host_->ctx, str(bytes), deadline_ms);
    }
    /// The bytes that came (at least one), in front of `into`; or an UPSDRV_E_... code.
    [[nodiscard]] std::int32_t receive(std::span<char> into, std::int64_t deadline_ms) const {
        return host_->link_receive(host_->ctx, into.data(), static_cast<std::uint32_t>(into.size()),
                                   deadline_ms);
    }
    [[nodiscard]] Status flush_input(std::int64_t deadline_ms) const {
        return host_->link_control(host_->ctx, UPSDRV_LINK_OP_FLUSH, {}, deadline_ms);
    }
    /// `verify`: the name that the certificate must carry; empty = any certificate.
    [[nodiscard]] Status start_tls(std::string_view verify, std::int64_t deadline_ms) const {
        return host_->link_control(host_->ctx, UPSDRV_LINK_OP_START_TLS, str(verify), deadline_ms);
    }

    // -- files --
    /// The whole file, or an UPSDRV_E_... code; UPSDRV_E_LIMIT if it is longer than `limit` bytes.
    [[nodiscard]] Status read_file(std::string_view name, std::string& into,
                                   std::size_t limit = std::size_t{4} * 1024 * 1024) const {
        into.clear();
        char chunk[4096];
        for (;;) {
            const std::int32_t got =
                host_->file_read(host_->ctx, str(name), into.size(), chunk, sizeof chunk);
            if (got < 0) return got;
            if (got == 0) return UPSDRV_OK;
            into.append(chunk, static_cast<std::size_t>(got));
            if (into.size() > limit) return UPSDRV_E_LIMIT;
        }
    }
    /// Changes when the file changes; nothing if there is none.
    [[nodiscard]] std::optional<std::uint64_t> file_stamp(std::string_view name) const {
        std::uint64_t stamp = 0;
        if (host_->file_stamp(host_->ctx, str(name), &stamp) != UPSDRV_OK) return std::nullopt;
        return stamp;
    }

    [[nodiscard]] const upsdrv_host& raw() const noexcept { return *host_; }

  private:
    const upsdrv_host* host_;
};

/// A point on the host's clock by which something must be done. Copyable; the host outlives it.
class Deadline {
  public:
    Deadline(Host host, std::int64_t at_ms) noexcept : host_(host), at_ms_(at_ms) {}

    [[nodiscard]] std::int64_t at_ms() const noexcept { return at_ms_; }
    /// Milliseconds left, never below 0.
    [[nodiscard]] std::int64_t left_ms() const {
        const std::int64_t left = at_ms_ - host_.now_ms();
        return left > 0 ? left : 0;
    }
    [[nodiscard]] bool is_past() const { return left_ms() == 0; }
    /// The earlier of this deadline and `ms` from now: for one exchange of several.
    [[nodiscard]] Deadline within_ms(std::int64_t ms) const {
        const std::int64_t sooner = host_.now_ms() + ms;
        return {host_, sooner < at_ms_ ? sooner : at_ms_};
    }

  private:
    Host host_;
    std::int64_t at_ms_;
};

}  // namespace ups::kit
