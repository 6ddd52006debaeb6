// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"
#include "simulated_ups.hpp"

#include "kit/plugin.hpp"

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ups::sim {
namespace {

constexpr std::size_t kMaxScenario = std::size_t{1} << 20;

/// Mode "heartbeat": a UPS that exists only so that its status changes regularly (RFC 9271, statuses TICK
/// and TOCK). OL is there because a UPS that is neither OL nor OB counts as dead.
class Heartbeat {
  public:
    explicit Heartbeat(kit::Host host)
        : host_(host), period_ms_(std::llround(host.decimal("heartbeat_period", 60) * 1000)) {}

    kit::Status open() {
        start_ms_ = host_.now_ms();
        (void)host_.set_var("device.type", "ups");
        (void)host_.set_var("ups.mfr", "Ridethrough");
        (void)host_.set_var("ups.model", "Heartbeat");
        return beat();
    }
    kit::Status beat() {
        const std::int64_t count = (host_.now_ms() - start_ms_) / period_ms_;
        host_.poll_at(start_ms_ + (count + 1) * period_ms_);
        return host_.set_status(count % 2 == 0 ? "OL TICK" : "OL TOCK");
    }

  private:
    kit::Host host_;
    std::int64_t period_ms_;
    std::int64_t start_ms_ = 0;
};

class Sim {
  public:
    explicit Sim(kit::Host host) : host_(host) {}

    kit::Status create() {
        if (host_.option("mode") == "heartbeat") {
            heartbeat_.emplace(host_);
            return UPSDRV_OK;
        }
        Scenario scenario;
        const std::string file(host_.option("scenario").value_or(""));
        if (!file.empty()) {
            if (const auto status = read_scenario(file, scenario); status != UPSDRV_OK)
                return status;
        }
        ups_ = std::make_unique<SimulatedUps>(host_, scenario);
        return ups_->check_names(scenario, file) ? UPSDRV_OK : UPSDRV_E_FATAL;
    }
    kit::Status open(kit::Deadline) { return ups_ ? ups_->open() : heartbeat_->open(); }
    kit::Status poll(std::uint32_t, kit::Deadline deadline) {
        return ups_ ? ups_->poll(deadline) : heartbeat_->beat();
    }
    kit::Status set(std::string_view name, std::string_view value, kit::Deadline) {
        return ups_ ? ups_->set(name, value) : UPSDRV_E_UNKNOWN;
    }
    kit::Status command(std::string_view name, std::optional<std::string_view> parameter,
                        kit::Deadline) {
        return ups_ ? ups_->command(name, parameter) : UPSDRV_E_UNKNOWN;
    }
    kit::Status shutdown(kit::Deadline) { return ups_ ? ups_->shutdown() : UPSDRV_E_UNSUPPORTED; }
    kit::Status reconfigure() { return ups_ ? ups_->reconfigure() : UPSDRV_OK; }

  private:
    kit::Status read_scenario(const std::string& file, Scenario& into) {
        std::string text;
        const kit::Status status = host_.read_file(file, text, kMaxScenario);
        if (status != UPSDRV_OK) {
            host_.error("the scenario " + file + " cannot be read");
            return UPSDRV_E_FATAL;
        }
        into = parse_scenario(text);
        for (const ScenarioProblem& problem : into.problems)
            host_.error(file + ':' + std::to_string(problem.line) + ':' +
                        std::to_string(problem.column) + ": " + problem.text);
        return into.problems.empty() ? UPSDRV_OK : UPSDRV_E_FATAL;
    }

    kit::Host host_;
    std::unique_ptr<SimulatedUps> ups_;  // one of the two
    std::optional<Heartbeat> heartbeat_;
};

constexpr kit::About kAbout = {
    .name = "sim",
    .version = "1.0",
    .description = "Simulates a UPS with a battery",
    .aliases = "sim-ups",
};

}  // namespace
}  // namespace ups::sim

extern "C" {
UPSDRV_EXPORT extern const upsdrv_plugin upsdrv_plugin_v1;
constinit const upsdrv_plugin upsdrv_plugin_v1 =
    ups::kit::plugin<ups::sim::Sim>(ups::sim::kAbout, ups::sim::kOptions);
}
