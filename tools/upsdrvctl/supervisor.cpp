// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/supervisor.hpp"

#include "conf/parse/file_source.hpp"
#include "tools/upsdrvctl/driver_program.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace ups::upsdrvctl {
namespace {
using State = Supervised::State;

/// How often starting drivers are looked at.
constexpr Duration kPoll = std::chrono::milliseconds(50);

bool same_folders(const conf::UpsConf& a, const conf::UpsConf& b) {
    return a.driver_path == b.driver_path && a.state_path == b.state_path && a.chroot == b.chroot;
}
}  // namespace

Supervisor::Supervisor(const Context& context, conf::UpsConf& conf, const NotifySocket& notify)
    : context_(context), conf_(conf), notify_(notify),
      poll_(context.loop, [this] { check_starting(); }),
      watchdog_(context.loop, [this] { feed_watchdog(); }),
      on_hup_(context.loop, SIGHUP, [this] { reload(); }),
      on_term_(context.loop, SIGTERM, [this] { stop_all(); }),
      on_int_(context.loop, SIGINT, [this] { stop_all(); }) {}

bool Supervisor::is_wanted(const std::string& name) const {
    const auto& names = context_.options.upses;
    return names.empty() || std::ranges::find(names, name) != names.end();
}

void Supervisor::add(const conf::UpsSection& ups) {
    drivers_.push_back(std::make_unique<Supervised>(context_, ups, [this] { changed(); }));
}

void Supervisor::run() {
    for (const conf::UpsSection& ups : conf_.ups)
        if (is_wanted(ups.name)) add(ups);
    feed_watchdog();
    changed();
    context_.loop.run();
}

/// Drivers are looked at from the loop, once for any number of changes.
void Supervisor::changed() {
    if (std::exchange(look_planned_, true)) return;
    context_.loop.defer([this] {
        look_planned_ = false;
        look();
    });
}

void Supervisor::look() {
    std::erase_if(drivers_, [](const auto& driver) { return driver->state() == State::over; });
    if (stopping_) {
        if (drivers_.empty()) context_.loop.stop();
        return;
    }
    start_more();
    report();
}

void Supervisor::start_more() {
    const auto is_starting = [](const auto& driver) {
        return driver->state() == State::starting && !driver->is_settled();
    };
    auto starting = static_cast<std::size_t>(std::ranges::count_if(drivers_, is_starting));
    for (const auto& driver : drivers_) {
        if (starting >= context_.options.jobs) break;
        if (driver->state() != State::queued) continue;
        driver->start();
        if (is_starting(driver)) ++starting;
    }
    const bool any = std::ranges::any_of(
        drivers_, [](const auto& driver) { return driver->state() == State::starting; });
    if (any && !poll_.armed()) poll_.start(kPoll);
}

void Supervisor::check_starting() {
    const auto listening = listening_sockets();
    bool more = false;
    for (const auto& driver : drivers_) {
        driver->check_ready(listening);
        more = more || driver->state() == State::starting;
    }
    if (more) poll_.start(kPoll);
}

void Supervisor::report() {
    const auto running = std::ranges::count_if(
        drivers_, [](const auto& driver) { return driver->state() == State::running; });
    const std::string text =
        std::to_string(running) + " of " + std::to_string(drivers_.size()) + " drivers running";
    if (!ready_) {
        if (!std::ranges::all_of(drivers_, &Supervised::is_settled,
                                 [](const auto& driver) -> const Supervised& { return *driver; }))
            return;
        ready_ = true;
        notify_.ready(text);
        context_.console.say(text);
    } else if (text != reported_) {
        notify_.status(text);
    }
    reported_ = text;
}

void Supervisor::reload() {
    if (stopping_) return;
    notify_.reloading();
    conf::DiskFiles files;
    auto loaded = conf::load_ups_conf(files, context_.environment.conf_path);
    if (!loaded) {
        context_.console.say("reload: " + loaded.error().text + "; nothing changed");
    } else {
        for (const conf::Problem& problem : loaded->problems)
            if (problem.severity != conf::Severity::note) context_.console.say(to_text(problem));
        if (loaded->ok())
            apply(std::move(loaded->value));
        else
            context_.console.say("reload: ups.conf has errors; nothing changed");
    }
    notify_.ready(reported_);
}

void Supervisor::apply(conf::UpsConf conf) {
    const bool all_anew = !same_folders(conf_, conf);
    conf_ = std::move(conf);
    for (const auto& driver : drivers_) {
        const conf::UpsSection* ups = conf_.find(driver->ups().name);
        if (ups == nullptr || !is_wanted(ups->name))
            driver->stop();
        else if (all_anew || !same_settings(*ups, driver->ups()) ||
                 driver->state() == State::resting || driver->state() == State::stopping)
            driver->replace(*ups);
    }
    for (const conf::UpsSection& ups : conf_.ups) {
        const bool known = std::ranges::any_of(drivers_, [&](const auto& driver) {
            return driver->ups().name == ups.name && driver->state() != State::over;
        });
        if (!known && is_wanted(ups.name)) add(ups);
    }
    context_.console.say("reload: " + std::to_string(conf_.ups.size()) + " UPSes in ups.conf");
    changed();
}

void Supervisor::stop_all() {
    if (std::exchange(stopping_, true)) return;
    notify_.stopping();
    poll_.stop();
    for (const auto& driver : drivers_)
        driver->stop();
    changed();
}

void Supervisor::feed_watchdog() {
    const auto limit = notify_.watchdog_limit();
    if (!limit) return;
    notify_.watchdog();
    watchdog_.start(*limit / 2);
}

}  // namespace ups::upsdrvctl
