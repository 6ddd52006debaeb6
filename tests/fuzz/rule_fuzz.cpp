// SPDX-License-Identifier: Apache-2.0
/// Rules: text up to the first NUL is the end of an upsmon.conf, what follows drives readings and time,
/// three bytes a step.
///
/// Checked: nothing dies, a rule that looks at unknown values only never fires, deadlines lie ahead and
/// calls before them change nothing, log lines are lines, and a drill ends (one input in 32 is drilled: it
/// costs as much as hundreds of others).
#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/assert.hpp"
#include "tools/upsmon/plan/drill.hpp"
#include "tools/upsmon/plan/settings.hpp"

#include <cstdint>

using namespace ups;
using namespace ups::upsmon;

namespace {

constexpr std::string_view kHead =
    "MONITOR a@h 1 u p primary\nMONITOR g:b@h 0 u p slave\nSHUTDOWNCMD x\n";
constexpr std::size_t kMostSteps = 100;
/// Inputs whose size is a multiple are drilled. Which multiple it is picks the outage.
constexpr std::size_t kDrilled = 32;

plan::Readings unknown_readings(const plan::Plan& made) {
    return plan::Readings(made.upses.size());
}

void change(plan::UpsReading& reading, std::uint8_t what, std::uint8_t value) {
    static constexpr const char* kStatus[] = {"OL", "OB", "OB LB", "OL CHRG", "", "FSD OB", "CAL"};
    static constexpr const char* kNumbers[] = {"battery.charge", "battery.runtime", "ups.load",
                                               "ups.temperature"};
    switch (what % 4) {
    case 0:
        reading.is_fresh = value % 4 != 0;
        break;
    case 1:
        reading.set("ups.status", kStatus[value % 7]);
        break;
    case 2:
        reading.set(kNumbers[value % 4], std::to_string(value));
        break;
    default:
        reading.remove(kNumbers[value % 4]);
        break;
    }
}

void check_steps(const plan::Plan& made, const plan::Evaluation& result, Instant now) {
    UPS_ASSERT(!result.deadline || *result.deadline > now);
    for (const plan::Step& step : result.steps) {
        UPS_ASSERT(step.rule < made.rules.size());
        UPS_ASSERT(step.log.find('\n') == std::string::npos);
    }
}

void drive(const plan::Plan& made, std::string_view bytes) {
    plan::State state = plan::initial(made);
    plan::Readings readings = unknown_readings(made);
    Instant now{std::chrono::hours(1)};
    for (std::size_t i = 0; i + 2 < bytes.size() && i < 3 * kMostSteps; i += 3) {
        const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[i + at]); };
        change(readings[byte(0) % readings.size()], static_cast<std::uint8_t>(byte(0) / 2),
               byte(1));
        now += std::chrono::seconds(byte(2));
        plan::Evaluation result = plan::evaluate(made, std::move(state), readings, now);
        check_steps(made, result, now);
        const plan::Evaluation again = plan::evaluate(made, result.state, readings, now);
        UPS_ASSERT(again.steps.empty() && again.state == result.state &&
                   again.deadline == result.deadline);
        state = std::move(result.state);
    }
    for (plan::UpsReading& reading : readings)
        reading.is_fresh = false;
    const auto blind = plan::evaluate(made, plan::initial(made), readings, now);
    UPS_ASSERT(blind.steps.empty() && !blind.deadline);
}

void run_drill(const plan::Plan& made, const conf::UpsmonConf& conf, std::size_t kind) {
    static constexpr const char* kRuntimes[] = {"45", "99999999999999999999", "45",
                                                "-99999999999999999999"};
    const Settings settings = plan::settings_from(conf);
    if (objection(settings)) return;
    plan::Readings readings = unknown_readings(made);
    readings[0].is_fresh = true;
    readings[0].set("ups.status", "OL");
    readings[0].set("battery.runtime", kRuntimes[kind % 4]);
    plan::Outage outage;
    outage.at_most = std::chrono::seconds(70);
    outage.battery.recharge = std::chrono::seconds(60);
    outage.hosts_start = std::chrono::seconds(5);
    if (kind / 2 % 2 == 0) outage.secondaries_leave = std::chrono::seconds(3);
    if (kind / 4 % 2 == 0) outage.mains_back = std::chrono::seconds(20 + kind);
    const plan::Timeline timeline = plan::drill(made, settings, readings, outage);
    UPS_ASSERT(!plan::to_text(timeline).empty() && !plan::to_json(timeline).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t nul = input.find('\0');
    const auto loaded =
        conf::parse_upsmon_conf(std::string(kHead) + std::string(input.substr(0, nul)), "f");
    const plan::Plan made = plan::make_plan(loaded.value);
    static_cast<void>(plan::check_names(loaded.value));
    if (nul != std::string_view::npos) drive(made, input.substr(nul + 1));
    if (loaded.ok() && size % kDrilled == 0) run_drill(made, loaded.value, size / kDrilled);
    return 0;
}
