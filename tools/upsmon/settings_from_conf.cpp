// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/settings_from_conf.hpp"

namespace ups::upsmon {
namespace {

Loss loss_of(std::size_t kind) {
    switch (static_cast<conf::Loss>(kind)) {
    case conf::Loss::server:
        return Loss::server;
    case conf::Loss::network:
        return Loss::network;
    case conf::Loss::driver:
        return Loss::driver;
    case conf::Loss::stale:
        return Loss::stale;
    case conf::Loss::silence:
        return Loss::silence;
    }
    return Loss::silence;
}

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

CallOff call_off_of(conf::CallOff value) {
    switch (value) {
    case conf::CallOff::never:
        return CallOff::never;
    case conf::CallOff::until_logout:
        return CallOff::until_first_logout;
    case conf::CallOff::until_command:
        return CallOff::until_commit;
    }
    return CallOff::never;
}

FeedSettings feed_of(const conf::MonitorLine& line) {
    FeedSettings feed;
    feed.monitor = line.text;
    feed.group = line.address.group;
    feed.power_value = line.power_value;
    feed.role = line.role == conf::MonitorRole::primary ? Role::primary : Role::secondary;
    feed.stage = line.stage;
    feed.stage_rest = line.stage_rest;
    for (std::size_t kind = 0; kind < conf::kLossKinds; ++kind)
        feed.meaning[static_cast<std::size_t>(loss_of(kind))] = meaning_of(line.loss[kind]);
    feed.unknown_after = line.unknown_after;
    feed.heartbeat = line.heartbeat;
    return feed;
}

}  // namespace

Settings settings_from(const conf::UpsmonConf& conf) {
    Settings settings;
    for (const conf::MonitorLine& line : conf.monitors)
        settings.feeds.push_back(feed_of(line));
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

}  // namespace ups::upsmon
