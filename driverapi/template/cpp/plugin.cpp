// SPDX-License-Identifier: Apache-2.0
#include "protocol.hpp"

#include "kit/options.hpp"
#include "kit/plugin.hpp"
#include "kit/text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ups::example {
namespace {

constexpr upsdrv_option kOptions[] = {
    kit::seconds("answer", "1.5", 0.1, 30, "how long the device may take for one answer"),
};

class Example {
  public:
    explicit Example(kit::Host host) : host_(host), lines_(host, kLineEnd) {}

    kit::Status create() {
        answer_ms_ = static_cast<std::int64_t>(host_.decimal("answer", 1.5) * 1000);
        return UPSDRV_OK;
    }

    // The link is open: see that the device is there, and say what never changes.
    kit::Status open(kit::Deadline deadline) {
        lines_.reset();
        host_.set_var("ups.mfr", "Example");
        host_.add_command("beeper.mute");
        return poll(UPSDRV_POLL_FAST, deadline);
    }

    kit::Status poll(std::uint32_t /*groups*/, kit::Deadline deadline) {
        std::string line;
        if (const auto code = ask(kAskStatus, line, deadline); code != UPSDRV_OK) return code;
        const auto status = parse_status(line);
        if (!status) return UPSDRV_E_FAILED;
        host_.set_var("input.voltage", status->input_volts, 1);
        host_.set_var("battery.charge", status->charge_percent, 0);
        host_.set_status(std::string(status->on_battery ? "OB" : "OL") +
                         (status->battery_low ? " LB" : ""));
        return UPSDRV_OK;
    }

    kit::Status command(std::string_view name, std::optional<std::string_view> /*parameter*/,
                        kit::Deadline deadline) {
        return kit::iequals(name, "beeper.mute") ? order(kMute, deadline) : UPSDRV_E_UNKNOWN;
    }

    kit::Status shutdown(kit::Deadline deadline) { return order(kCutPower, deadline); }

  private:
    kit::Status ask(std::string_view request, std::string& answer, kit::Deadline deadline) {
        const auto each = deadline.within_ms(answer_ms_);
        if (const auto code = host_.send(request, each.at_ms()); code != UPSDRV_OK) return code;
        return lines_.next(answer, each);
    }

    kit::Status order(std::string_view request, kit::Deadline deadline) {
        std::string line;
        if (const auto code = ask(request, line, deadline); code != UPSDRV_OK) return code;
        return parse_done(line).value_or(false) ? UPSDRV_OK : UPSDRV_E_FAILED;
    }

    kit::Host host_;
    kit::LineReader lines_;
    std::int64_t answer_ms_ = 0;
};

}  // namespace
}  // namespace ups::example

extern "C" UPSDRV_EXPORT const upsdrv_plugin upsdrv_plugin_v1;
const upsdrv_plugin upsdrv_plugin_v1 = ups::kit::plugin<ups::example::Example>(
    {.name = "example",
     .version = "0.1",
     .description = "A made-up UPS on a byte stream",
     .links = UPSDRV_LINK_BIT(UPSDRV_LINK_TCP) | UPSDRV_LINK_BIT(UPSDRV_LINK_SERIAL)},
    ups::example::kOptions);
