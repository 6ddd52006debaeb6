// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/settings.hpp"

namespace ups::upsmon::plan {
namespace {

static_assert(static_cast<std::size_t>(Loss::silence) ==
              static_cast<std::size_t>(conf::Loss::silence));
static_assert(kLosses == conf::kLossKinds);

LossMeaning meaning_of(conf::LossMeaning meaning) {
    switch (meaning) {
    case conf::LossMeaning::last_state:
        return LossMeaning::last_state;
    case conf::LossMeaning::fine:
        return LossMeaning::fine;
    case conf::LossMeaning::dead:
        return LossMeaning::dead;
    }
    return LossMeaning::last_state;
}

CallOff call_off_of(conf::CallOff until) {
    switch (until) {
    case conf::CallOff::never:
        return CallOff::never;
    case conf::CallOff::until_logout:
        return CallOff::until_first_logout;
    case conf::CallOff::until_command:
        return CallOff::until_commit;
    }
    return CallOff::never;
}

FeedSettings feed_of(const conf::MonitorLine& monitor) {
    FeedSettings feed;
    feed.monitor = monitor.text;
    feed.group = monitor.address.group;
    feed.power_value = monitor.power_value;
    feed.role = monitor.role == conf::MonitorRole::primary ? Role::primary : Role::secondary;
    feed.stage = monitor.stage;
    feed.stage_rest = monitor.stage_rest;
    for (std::size_t i = 0; i < kLosses; ++i)
        feed.meaning[i] = meaning_of(monitor.loss[i]);
    feed.unknown_after = monitor.unknown_after;
    feed.heartbeat = monitor.heartbeat;
    return feed;
}

}  // namespace

Settings settings_from(const conf::UpsmonConf& conf) {
    Settings settings;
    for (const conf::MonitorLine& monitor : conf.monitors)
        settings.feeds.push_back(feed_of(monitor));
    settings.min_supplies = conf.min_supplies;
    settings.poll = conf.poll;
    settings.poll_alert = conf.poll_alert;
    settings.host_sync = conf.host_sync;
    settings.dead_time = conf.dead_time;
    settings.replace_warn = conf.replace_warn;
    settings.no_contact_warn = conf.no_contact_warn;
    settings.final_delay = conf.final_delay;
    settings.off_duration = conf.off_duration;
    settings.low_duration = conf.low_duration;
    settings.over_duration = conf.over_duration;
    settings.alarm_critical = conf.alarm_critical;
    settings.exit_after = conf.exit_after;
    settings.stage_time = conf.stage_time;
    settings.loss_patience = conf.loss_patience == conf::LossPatience::none
                                 ? LossPatience::at_once
                                 : LossPatience::dead_time;
    settings.stale_fsd = conf.stale_fsd == conf::StaleFsd::obey ? StaleFsd::obey : StaleFsd::doubt;
    settings.stale_fsd_after = conf.stale_fsd_after;
    settings.call_off = call_off_of(conf.call_off);
    settings.doubt_duration = conf.doubt_duration;
    settings.full_charge = conf.full_charge;
    return settings;
}

}  // namespace ups::upsmon::plan
