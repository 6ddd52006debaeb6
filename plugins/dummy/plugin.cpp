// SPDX-License-Identifier: Apache-2.0
#include "repeater.hpp"
#include "replay.hpp"

#include "kit/options.hpp"
#include "kit/plugin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ups::dummy {
namespace {

constexpr upsdrv_option kOptions[] = {
    kit::choice("mode", nullptr, "dummy|dummy-once|dummy-loop|repeater",
                "what to do with the port; guessed from it when absent"),
    kit::flag("repeater_disable_strict_start",
              "keep trying when the server does not know the UPS at the first start"),
    kit::text("username", nullptr, "log-in for commands and settings of the repeated UPS"),
    kit::secret(kit::text("password", nullptr, "password of the log-in")),
    kit::choice("tls", "try", "no|try|required", "encryption of the connection to the server"),
    kit::boolean("tls_verify", "no", "check the certificate of the server and its name"),
    kit::choice("writable", "auto", "auto|all|listed",
                "which variables of a file can be set; auto: those it lists, else all"),
    kit::choice("driver_vars", "replay", "replay|own",
                "driver.* lines of a file: show them, or leave them out"),
};

enum class Mode : std::uint8_t { once, loop, repeater };

std::optional<Mode> configured_mode(kit::Host host) {
    const auto word = host.option("mode");
    if (!word) return std::nullopt;
    if (*word == "repeater") return Mode::repeater;
    return *word == "dummy-once" ? Mode::once : Mode::loop;
}

Mode mode_of(kit::Host host) {
    if (const auto configured = configured_mode(host)) return *configured;
    if (host.port().find('@') != std::string_view::npos) return Mode::repeater;
    return host.port().ends_with(".dev") ? Mode::once : Mode::loop;
}

bool is_configured(kit::Host host, std::string_view option) {
    for (std::uint32_t i = 0;; ++i) {
        const auto row = host.option_at(i);
        if (!row) return false;
        if (row->first == option) return true;
    }
}

BoardOptions board_options(kit::Host host) {
    BoardOptions made;
    const std::string writable(host.option("writable").value_or("auto"));
    if (writable == "all") made.writable = Writable::all;
    if (writable == "listed") made.writable = Writable::listed;
    if (host.option("driver_vars") == "own") made.driver_vars = DriverVars::own;
    made.compose_status = is_configured(host, "ignorelb");
    return made;
}

bool is_yes(std::optional<std::string_view> text) {
    return text && (*text == "yes" || *text == "true" || *text == "on" || *text == "1");
}

class Dummy {
  public:
    explicit Dummy(kit::Host host) : host_(host) {}

    kit::Status create() {
        const Mode mode = mode_of(host_);
        if (mode == Mode::repeater) return create_repeater();
        driver_.emplace<Replay>(host_, mode == Mode::once ? ReplayMode::once : ReplayMode::loop,
                                board_options(host_));
        return host_.use_link(UPSDRV_LINK_NONE, {});
    }
    kit::Status open(kit::Deadline deadline) {
        if (auto* repeater = std::get_if<Repeater>(&driver_)) return repeater->open(deadline);
        return std::get<Replay>(driver_).open();
    }
    kit::Status poll(std::uint32_t groups, kit::Deadline deadline) {
        if (auto* repeater = std::get_if<Repeater>(&driver_))
            return repeater->poll(groups, deadline);
        return std::get<Replay>(driver_).poll();
    }
    kit::Status set(std::string_view name, std::string_view value, kit::Deadline deadline) {
        if (auto* repeater = std::get_if<Repeater>(&driver_))
            return repeater->set(name, value, deadline);
        return std::get<Replay>(driver_).set(name, value);
    }
    kit::Status command(std::string_view name, std::optional<std::string_view> parameter,
                        kit::Deadline deadline) {
        if (auto* repeater = std::get_if<Repeater>(&driver_))
            return repeater->command(name, parameter, deadline);
        return std::get<Replay>(driver_).command(name);
    }

  private:
    kit::Status create_repeater() {
        auto address = parse_remote_address(host_.port());
        if (!address) {
            host_.error("port must be ups@host[:port] for a repeater, not " +
                        std::string(host_.port()));
            return UPSDRV_E_FATAL;
        }
        RepeaterOptions options;
        options.address = *std::move(address);
        options.username = host_.option("username").value_or("");
        options.password = host_.option("password").value_or("");
        const std::string tls(host_.option("tls").value_or("try"));
        if (tls == "no") options.tls = Tls::no;
        if (tls == "required") options.tls = Tls::required;
        options.verify = is_yes(host_.option("tls_verify"));
        options.strict_start = !host_.flag("repeater_disable_strict_start");
        const std::string link = options.address.address;
        driver_.emplace<Repeater>(host_, std::move(options));
        return host_.use_link(UPSDRV_LINK_TCP, link);
    }

    kit::Host host_;
    std::variant<std::monostate, Replay, Repeater> driver_;
};

constexpr kit::About kAbout = {
    .name = "dummy",
    .version = "1.0",
    .description = "Plays files of variables, and repeats UPSes of other servers",
    .aliases = "dummy-ups",
    .links = UPSDRV_LINK_BIT(UPSDRV_LINK_NONE) | UPSDRV_LINK_BIT(UPSDRV_LINK_TCP),
};

}  // namespace
}  // namespace ups::dummy

extern "C" {
UPSDRV_EXPORT extern const upsdrv_plugin upsdrv_plugin_v1;
constinit const upsdrv_plugin upsdrv_plugin_v1 =
    ups::kit::plugin<ups::dummy::Dummy>(ups::dummy::kAbout, ups::dummy::kOptions);
}
