// SPDX-License-Identifier: Apache-2.0
/// Configuration files: the first byte picks the file, the rest is its text.
///
/// Checked: nothing dies, every problem is at a place inside the text, and what was understood of
/// ups.conf, written out plainly, is understood in the same way again.
#include "conf/parse/notify_text.hpp"
#include "conf/parse/nut_conf.hpp"
#include "conf/parse/ups_conf.hpp"
#include "conf/parse/upsd_conf.hpp"
#include "conf/parse/upsd_users.hpp"
#include "conf/parse/upsmon_conf.hpp"
#include "conf/parse/upssched_conf.hpp"
#include "lib/base/assert.hpp"
#include "lib/base/words.hpp"

#include <algorithm>
#include <cstdint>

using namespace ups;
using namespace ups::conf;

namespace {

void check_places(const std::vector<Problem>& problems, std::string_view text) {
    const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n') + 1);
    for (const Problem& problem : problems) {
        UPS_ASSERT(problem.place.line >= 1 && problem.place.line <= lines);
        UPS_ASSERT(problem.place.column >= 1 && problem.place.column <= text.size() + 1);
        UPS_ASSERT(!problem.text.empty());
        UPS_ASSERT(to_text(problem).find('\n') == std::string::npos);
    }
}

void write_assignment(std::string& out, std::string_view key, std::string_view value) {
    append_quoted(out, key);
    out += " = ";
    append_quoted(out, value);
    out += '\n';
}

void write_options(std::string& out, const std::string& prefix,
                   const std::vector<DriverOption>& options) {
    for (const DriverOption& option : options) {
        if (option.value) {
            write_assignment(out, prefix + option.key, *option.value);
        } else {
            append_quoted(out, prefix + option.key);
            out += '\n';
        }
    }
}

std::string written(const UpsSection& ups) {
    std::string out;
    append_quoted(out, "[" + ups.name + "]");
    out += '\n';
    write_assignment(out, "driver", ups.driver);
    write_assignment(out, "port", ups.port);
    write_assignment(out, "desc", ups.desc);
    write_assignment(out, "sdorder", std::to_string(ups.sd_order));
    write_assignment(out, "pollinterval", std::to_string(ups.poll_interval.count()));
    if (ups.nolock) out += "nolock\n";
    write_options(out, "default.", ups.defaults);
    write_options(out, "override.", ups.overrides);
    write_options(out, "", ups.driver_options);
    return out;
}

/// A word is cut at its longest, so a key with its prefix may not come back whole.
bool is_short(const UpsSection& ups) {
    const auto fits = [](const DriverOption& option) { return option.key.size() + 16 < kMaxWord; };
    return ups.name.size() + 2 < kMaxWord && std::ranges::all_of(ups.defaults, fits) &&
           std::ranges::all_of(ups.overrides, fits) && std::ranges::all_of(ups.driver_options, fits);
}

void check_again(const UpsConf& conf) {
    for (const UpsSection& ups : conf.ups) {
        if (!is_short(ups)) continue;
        const auto again = parse_ups_conf(written(ups), "again");
        UPS_ASSERT(again.value.ups.size() == 1);
        const UpsSection& copy = again.value.ups.front();
        UPS_ASSERT(copy.name == ups.name && copy.driver == ups.driver && copy.port == ups.port);
        UPS_ASSERT(copy.desc == ups.desc && copy.sd_order == ups.sd_order);
        UPS_ASSERT(copy.poll_interval == ups.poll_interval && copy.nolock == ups.nolock);
        UPS_ASSERT(copy.defaults.size() == ups.defaults.size());
        UPS_ASSERT(copy.driver_options.size() == ups.driver_options.size());
        for (std::size_t i = 0; i < ups.driver_options.size(); ++i)
            UPS_ASSERT(copy.driver_options[i].key == ups.driver_options[i].key &&
                       copy.driver_options[i].value == ups.driver_options[i].value);
    }
}

/// What the monitor relies on.
void check_monitor(const UpsmonConf& conf) {
    for (const MonitorLine& monitor : conf.monitors) {
        UPS_ASSERT(conf.find_monitor(monitor.text) == &monitor);
        UPS_ASSERT(monitor.stage >= 1);
    }
    UPS_ASSERT(conf.rules.size() <= kMaxRules);
    for (const Rule& rule : conf.rules) {
        UPS_ASSERT(!rule.any_of.empty() && !rule.actions.empty());
        for (const auto& all : rule.any_of) UPS_ASSERT(!all.empty());
    }
    for (const Notification& notification : conf.notifications) {
        const NotifyFields fields{.ups = "u", .detail = "d"};
        UPS_ASSERT(fill_notify_text(notification.text, fields).size() <= 2 * notification.text.size() + 2);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 6) {
    case 0: {
        const auto loaded = parse_ups_conf(text, "f");
        check_places(loaded.problems, text);
        check_again(loaded.value);
        break;
    }
    case 1: {
        const auto loaded = parse_upsd_conf(text, "f");
        check_places(loaded.problems, text);
        UPS_ASSERT(!loaded.value.listen.empty());
        break;
    }
    case 2: {
        const auto loaded = parse_upsd_users(text, "f");
        check_places(loaded.problems, text);
        for (const User& user : loaded.value.users) UPS_ASSERT(loaded.value.find(user.name) == &user);
        break;
    }
    case 3: check_places(parse_nut_conf(text, "f").problems, text); break;
    case 4: {
        const auto loaded = parse_upsmon_conf(text, "f");
        check_places(loaded.problems, text);
        check_monitor(loaded.value);
        break;
    }
    default: {
        const auto loaded = parse_upssched_conf(text, "f");
        check_places(loaded.problems, text);
        for (const AtLine& at : loaded.value.at) UPS_ASSERT(!at.name.empty() && at.delay.count() >= 0);
        break;
    }
    }
    return 0;
}
