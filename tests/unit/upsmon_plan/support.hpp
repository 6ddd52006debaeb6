// SPDX-License-Identifier: Apache-2.0
/// A plan with readings and a clock that tests move.
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "tools/upsmon/plan/engine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace ups::upsmon::plan {

using std::chrono::seconds;

inline constexpr Instant kStart{std::chrono::hours(1)};

/// Three UPSes: a@h, and g:b@h and g:c@h of the group g. This host needs a@h only.
inline conf::UpsmonConf conf_with(const std::string& rules) {
    const auto loaded =
        conf::parse_upsmon_conf("MONITOR a@h 1 u p primary\nMONITOR g:b@h 0 u p slave\n"
                                "MONITOR g:c@h 0 u p slave\nSHUTDOWNCMD x\n" +
                                    rules + "\n",
                                "upsmon.conf");
    for (const conf::Problem& problem : loaded.problems)
        ADD_FAILURE() << to_text(problem);
    return loaded.value;
}

/// Evaluates as a program does. Everything starts on mains with a charge of 100 %.
class World {
  public:
    explicit World(const std::string& rules)
        : plan(make_plan(conf_with(rules))), state(initial(plan)) {
        readings.resize(plan.upses.size());
        for (UpsReading& reading : readings) {
            reading.is_fresh = true;
            reading.set("ups.status", "OL");
            reading.set("battery.charge", "100");
        }
    }

    /// Evaluates now; "fired NAME", "cleared NAME" and what is done, ", " between.
    std::string look() {
        Evaluation result = evaluate(plan, std::move(state), readings, now);
        state = std::move(result.state);
        deadline = result.deadline;
        steps = std::move(result.steps);
        std::string text;
        for (const Step& step : steps) {
            text += text.empty() ? "" : ", ";
            const std::string& name = plan.rules[step.rule].rule.name;
            if (step.kind == Step::Kind::fired) text += "fired " + name;
            if (step.kind == Step::Kind::cleared) text += "cleared " + name;
            if (step.kind == Step::Kind::act) text += step.action.text + step.action.parameter;
        }
        return text;
    }
    std::string look_after(seconds time) {
        now += time;
        return look();
    }
    /// The charge of a@h.
    void charge(const std::string& text) { readings[0].set("battery.charge", text); }
    void status(const std::string& text) { readings[0].set("ups.status", text); }

    Plan plan;
    State state;
    Readings readings;
    Instant now = kStart;
    std::optional<Instant> deadline;
    std::vector<Step> steps;
};

}  // namespace ups::upsmon::plan
