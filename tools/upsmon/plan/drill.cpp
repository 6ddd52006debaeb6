// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/plan/drill.hpp"

#include "conf/parse/notify_text.hpp"
#include "tools/upsmon/decide/machine.hpp"
#include "tools/upsmon/plan/recovery_drill.hpp"
#include "tools/upsmon/plan/text.hpp"

#include <algorithm>
#include <deque>
#include <fmt/core.h>
#include <memory>
#include <utility>

namespace ups::upsmon::plan {
namespace {

using conf::ActionKind;
using conf::NotifyType;
using std::chrono::floor;
using std::chrono::seconds;
using Kind = TimelineEntry::Kind;

/// When the mains fail, on the clock of the simulation.
constexpr Instant kStart{std::chrono::hours(24)};
/// How often readings change, unless batteries last longer than `kLongRuntime`.
constexpr seconds kTick{1};
constexpr seconds kLongTick{5};
constexpr seconds kLongRuntime{2 * 3600};
/// Events that may follow from each other at one moment; more would be a circle.
constexpr int kMostFollowing = 10'000;

bool is_sequence(NotifyType type) {
    return type == NotifyType::lowbatt || type == NotifyType::fsd || type == NotifyType::shutdown ||
           type == NotifyType::shutdown_hostsync || type == NotifyType::calloff;
}

std::string start_text(const std::string& name, const UpsReading& reading) {
    if (!reading.is_fresh) return name + ": no contact";
    std::string text = name + ": " + (reading.status.empty() ? "no status" : reading.status);
    const auto add = [&](std::string_view what, std::string_view variable, std::string_view unit) {
        if (const auto value = reading.number(variable))
            text += fmt::format(", {} {}{}", what, *value, unit);
    };
    add("charge", "battery.charge", " %");
    add("runtime", "battery.runtime", " s");
    add("load", "ups.load", " %");
    add("low at", "battery.charge.low", " %");
    return text;
}

class Drill {
  public:
    Drill(const Plan& plan, const Settings& settings, const Readings& readings,
          const Outage& outage);
    Timeline run();

  private:
    void start();
    void fail_mains();
    void restore_mains();
    void advance_to(Instant when);
    [[nodiscard]] Instant next_moment() const;
    void read();
    void follow_rules();
    void feed(const Event& event);
    void pump();
    void answer_clients(FeedIndex ups);
    void carry_out(const upsmon::Action& action);
    void act(const Step& step);
    void tell(const action::Notify& notify);
    void note(Kind kind, std::optional<UpsIndex> ups, std::string text);
    void go_dark();
    void follow_recovery();
    void wake_hosts();
    void finish();
    [[nodiscard]] recovery::event::Supply supply() const;
    [[nodiscard]] std::optional<UpsIndex> emptiest() const;
    [[nodiscard]] bool is_over() const;
    [[nodiscard]] bool is_calm() const;
    [[nodiscard]] seconds elapsed() const { return floor<seconds>(now_ - kStart); }

    Instant now_ = kStart - seconds(1);  // first: the state machine starts from it
    const Plan& plan_;
    const Settings& settings_;
    const Outage& outage_;
    Timeline timeline_;
    std::vector<SimUps> upses_;
    std::vector<bool> was_dark_;
    Readings readings_;
    upsmon::State machine_;
    State rules_;
    std::optional<Instant> rules_deadline_;
    std::vector<bool> has_acted_;  // rules
    std::deque<Event> events_;     // to be fed
    std::vector<std::optional<Instant>> forced_since_;
    RecoveryDrill recovery_;
    std::optional<Instant> called_off_at_;
    bool has_asked_ = false;  // a rule for a shutdown
    bool is_started_ = false;
    bool is_back_ = false;
    bool is_done_ = false;
    bool is_recovering_ = false;  // it went down, and the mains are back
    Instant next_tick_ = kStart;
    seconds tick_ = kTick;
};

Drill::Drill(const Plan& plan, const Settings& settings, const Readings& readings,
             const Outage& outage)
    : plan_(plan), settings_(settings), outage_(outage), was_dark_(plan.upses.size()),
      readings_(readings), machine_(upsmon::initial(std::make_shared<Settings>(settings), now_)),
      rules_(initial(plan)), has_acted_(plan.rules.size()), forced_since_(plan.upses.size()),
      recovery_(plan.recovery, outage.hosts_start) {
    seconds longest{0};
    for (UpsIndex i = 0; i < plan.upses.size(); ++i) {
        timeline_.start.push_back(start_text(plan.upses[i], readings[i]));
        upses_.emplace_back(plan.upses[i], readings[i], outage.battery, timeline_.assumed);
        longest = std::max(longest, upses_.back().runtime());
    }
    if (longest > kLongRuntime) tick_ = kLongTick;
    // The state machine misses readings that come less often.
    const auto poll = floor<seconds>(std::min(settings.poll, settings.poll_alert));
    tick_ = std::clamp(tick_, kTick, std::max(kTick, poll));
    const bool has_primary = std::ranges::any_of(
        settings.feeds, [](const FeedSettings& feed) { return feed.role == Role::primary; });
    if (has_primary)
        timeline_.assumed.push_back(outage.secondaries_leave
                                        ? "secondaries log out " +
                                              time_text(*outage.secondaries_leave) + " after FSD"
                                        : std::string("secondaries take longer than HOSTSYNC"));
    if (plan.recovery.steps.empty()) return;
    timeline_.recovery_when = recovery_text(plan.recovery.when);
    timeline_.assumed.push_back("a host that is woken logs in after " +
                                time_text(outage.hosts_start));
}

Timeline Drill::run() {
    start();
    while (!is_over()) {
        advance_to(next_moment());
        if (outage_.mains_back && !is_back_ && now_ >= kStart + *outage_.mains_back)
            restore_mains();
        if (now_ >= next_tick_) {
            read();
            next_tick_ = now_ + tick_;
        }
        follow_rules();
        feed(event::Tick{});
        follow_recovery();
        go_dark();
    }
    finish();
    return std::move(timeline_);
}

/// One second before the outage everything is as it is now, and what that leads to is no news.
void Drill::start() {
    // As it is now, not as the model has it: a rule that holds already has acted already.
    Evaluation result = evaluate(plan_, std::move(rules_), readings_, now_);
    rules_ = std::move(result.state);
    rules_deadline_ = result.deadline;
    read();
    for (UpsIndex i = 0; i < upses_.size(); ++i)
        if (upses_[i].is_known()) feed(event::LoginResult{static_cast<FeedIndex>(i), Login::ok});
    advance_to(kStart);
    is_started_ = true;
    fail_mains();
    next_tick_ = kStart + tick_;
    read();
    follow_rules();
}

void Drill::fail_mains() {
    for (UpsIndex i = 0; i < upses_.size(); ++i) {
        const bool fails =
            outage_.upses.empty() || std::ranges::find(outage_.upses, i) != outage_.upses.end();
        if (fails) upses_[i].set_supply(SimUps::Supply::battery);
    }
    note(Kind::mains, {}, "the mains fail");
}

void Drill::restore_mains() {
    for (SimUps& ups : upses_)
        ups.set_supply(SimUps::Supply::mains);
    is_back_ = true;
    note(Kind::mains, {}, "the mains are back");
    next_tick_ = now_;
}

void Drill::advance_to(Instant when) {
    for (SimUps& ups : upses_)
        ups.advance(when - now_);
    now_ = when;
}

Instant Drill::next_moment() const {
    Instant next = std::min(next_tick_, kStart + outage_.at_most);
    if (rules_deadline_) next = std::min(next, *rules_deadline_);
    if (const auto due = upsmon::deadline(machine_)) next = std::min(next, *due);
    if (const auto due = recovery_.deadline()) next = std::min(next, *due);
    if (outage_.mains_back && !is_back_) next = std::min(next, kStart + *outage_.mains_back);
    return std::max(next, now_ + Duration(1));
}

void Drill::read() {
    for (UpsIndex i = 0; i < upses_.size(); ++i) {
        readings_[i] = upses_[i].reading();
        const UpsReading& reading = readings_[i];
        const auto ups = static_cast<FeedIndex>(i);
        if (!reading.is_fresh) {
            feed(event::ContactLost{ups, Loss::driver});
            continue;
        }
        event::Reading told{.feed = ups, .status = reading.status};
        told.charge = reading.number("battery.charge");
        // As the monitor takes it: less than nothing is nothing.
        if (const auto runtime = reading.number("battery.runtime"); runtime && *runtime >= 0)
            told.runtime = static_cast<std::int32_t>(std::min(*runtime, 1e9));
        feed(told);
    }
}

void Drill::follow_rules() {
    Evaluation result = evaluate(plan_, std::move(rules_), readings_, now_);
    rules_ = std::move(result.state);
    rules_deadline_ = result.deadline;
    for (const Step& step : result.steps) {
        has_acted_[step.rule] = true;
        act(step);
    }
    const bool asks = asks_shutdown(rules_);
    if (has_asked_ && !asks) feed(event::RuleWithdrawn{kShutdownScope});
    has_asked_ = asks;
}

void Drill::act(const Step& step) {
    const PlanRule& rule = plan_.rules[step.rule];
    const UpsIndex ups = rule.any_of[0][0].upses[0];
    if (step.kind == Step::Kind::cleared)
        note(Kind::rule, ups, "rule " + rule.rule.name + " clears");
    if (step.kind == Step::Kind::fired)
        note(Kind::rule, ups, "rule " + rule.rule.name + " fires: " + rule.rule.condition);
    if (step.kind != Step::Kind::act) return;
    note(Kind::action, ups, "rule " + rule.rule.name + ": " + action_text(step.action));
    if (step.action.kind == ActionKind::shutdown && !std::exchange(has_asked_, true))
        feed(event::RuleShutdown{.why = step.log, .scope = kShutdownScope});
    if (step.action.kind == ActionKind::fsd) feed(event::UserFsd{});
}

void Drill::feed(const Event& event) {
    events_.push_back(event);
    pump();
}

void Drill::pump() {
    for (int i = 0; i < kMostFollowing && !events_.empty() && !is_done_; ++i) {
        const Event event = events_.front();
        events_.pop_front();
        upsmon::Step result = upsmon::step(std::move(machine_), event, now_);
        machine_ = std::move(result.state);
        for (const upsmon::Action& action : result.actions)
            carry_out(action);
    }
    events_.clear();
}

void Drill::answer_clients(FeedIndex ups) {
    const auto since = forced_since_[ups];
    const bool are_gone =
        outage_.secondaries_leave && since && now_ >= *since + *outage_.secondaries_leave;
    events_.emplace_back(event::Clients{ups, are_gone ? 1U : 2U});
}

void Drill::carry_out(const upsmon::Action& action) {
    if (const auto* notify = std::get_if<action::Notify>(&action)) tell(*notify);
    if (const auto* send = std::get_if<action::SendFsd>(&action)) {
        note(Kind::sequence, send->feed, "FSD is set: its secondaries are to go down");
        forced_since_[send->feed] = now_;
        upses_[send->feed].set_forced_shutdown(true);
        events_.emplace_back(event::FsdResult{send->feed, true});
    }
    if (const auto* clear = std::get_if<action::ClearFsd>(&action)) {
        note(Kind::sequence, clear->feed, "FSD is taken back");
        forced_since_[clear->feed].reset();
        upses_[clear->feed].set_forced_shutdown(false);
        events_.emplace_back(event::ClearResult{clear->feed, true});
    }
    if (const auto* ask = std::get_if<action::AskClients>(&action)) answer_clients(ask->feed);
    if (std::holds_alternative<action::ShutDown>(action)) {
        note(Kind::end, {}, "SHUTDOWNCMD is run: this host goes down");
        timeline_.outcome = Timeline::Outcome::down;
        is_done_ = true;
    }
}

void Drill::tell(const action::Notify& notify) {
    const conf::NotifyTypeRow& row = conf::notify_type_row(notify.type);
    const conf::NotifyFields fields{.ups = notify.feed ? std::string_view(plan_.upses[*notify.feed])
                                                       : std::string_view(),
                                    .type = row.name,
                                    .detail = notify.detail};
    std::string text = fmt::format("{}: {}", row.name, fill_notify_text(row.text, fields));
    if (row.text.find("%s") == row.text.rfind("%s") && !notify.detail.empty())
        text += " (" + notify.detail + ")";
    note(is_sequence(notify.type) ? Kind::sequence : Kind::notification, notify.feed,
         std::move(text));
}

void Drill::note(Kind kind, std::optional<UpsIndex> ups, std::string text) {
    if (!is_started_) return;
    TimelineEntry entry{
        .at = elapsed(), .kind = kind, .ups = {}, .text = std::move(text), .charge = {}};
    if (ups) {
        entry.ups = plan_.upses[*ups];
        if (upses_[*ups].is_known()) entry.charge = upses_[*ups].whole_charge();
    }
    (is_recovering_ ? timeline_.recovery : timeline_.entries).push_back(std::move(entry));
}

/// What the recovery plan may know of the UPSes, as for the monitor.
recovery::event::Supply Drill::supply() const {
    recovery::event::Supply told{recovery::Mains::on, {}, {}};
    bool knows_charge = true, knows_runtime = true;
    const auto lower = [](std::optional<double>& least, bool& is_known,
                          const std::optional<double>& value) {
        is_known = is_known && value;
        if (value) least = std::min(least.value_or(*value), *value);
    };
    for (UpsIndex i = 0; i < upses_.size(); ++i) {
        if (settings_.feeds[i].heartbeat) continue;
        const UpsReading reading = upses_[i].reading();
        if (upses_[i].supply() == SimUps::Supply::battery)
            told.mains = recovery::Mains::lost;
        else if (!reading.is_fresh && told.mains != recovery::Mains::lost)
            told.mains = recovery::Mains::unknown;
        lower(told.charge, knows_charge, reading.number("battery.charge"));
        lower(told.runtime, knows_runtime, reading.number("battery.runtime"));
    }
    // Nobody is woken while this host goes down.
    if (!is_recovering_ && machine_.phase != Phase::watching) told.mains = recovery::Mains::lost;
    if (!knows_charge) told.charge.reset();
    if (!knows_runtime) told.runtime.reset();
    return told;
}

/// Whose battery the others wait for.
std::optional<UpsIndex> Drill::emptiest() const {
    std::optional<UpsIndex> found;
    for (UpsIndex i = 0; i < upses_.size(); ++i)
        if (upses_[i].is_known() && !settings_.feeds[i].heartbeat &&
            (!found || upses_[i].charge() < upses_[*found].charge()))
            found = i;
    return found;
}

/// A shutdown that was called off may have taken hosts down.
void Drill::follow_recovery() {
    if (machine_.called_off_at != called_off_at_ && machine_.called_off_at) recovery_.begin(now_);
    called_off_at_ = machine_.called_off_at;
    recovery_.see(supply(), now_);
    for (std::string& news : recovery_.take_news())
        note(Kind::recovery, emptiest(), std::move(news));
}

/// This host went down, the mains are back, and it runs again.
void Drill::wake_hosts() {
    if (plan_.recovery.steps.empty()) return;
    for (SimUps& ups : upses_) {
        ups.set_forced_shutdown(false);
        ups.set_supply(SimUps::Supply::mains);
    }
    now_ = kStart;
    is_recovering_ = true;
    recovery_.begin(now_);
    while (now_ < kStart + outage_.at_most) {
        follow_recovery();
        if (recovery_.is_over()) return;
        const auto due = recovery_.deadline();
        advance_to(due && *due > now_ ? std::min(*due, now_ + tick_) : now_ + tick_);
    }
    note(Kind::recovery, emptiest(),
         "nobody is woken: what RECOVERY asks for is not reached in " + time_text(outage_.at_most));
}

/// Batteries that are empty now, and whether this host still has power.
void Drill::go_dark() {
    std::uint64_t supplies = 0;
    for (UpsIndex i = 0; i < upses_.size(); ++i) {
        const bool is_dark = upses_[i].is_dark();
        if (is_dark && !was_dark_[i] && !is_done_)
            note(Kind::end, i, "the battery is empty: it goes dark");
        was_dark_[i] = is_dark;
        if (!is_dark) supplies += settings_.feeds[i].power_value;
    }
    if (is_done_ || supplies >= settings_.min_supplies) return;
    note(Kind::end, {}, "this host loses its power without having been shut down");
    timeline_.outcome = Timeline::Outcome::dark;
    is_done_ = true;
}

/// Nothing can happen any more: everything is charged or dark, and no timer of the rules runs.
bool Drill::is_calm() const {
    if (rules_deadline_) return false;
    return std::ranges::all_of(upses_, [&](const SimUps& ups) {
        return !ups.is_known() || ups.is_dark() ||
               (ups.supply() == SimUps::Supply::mains && ups.is_full());
    });
}

bool Drill::is_over() const {
    if (is_done_ || now_ >= kStart + outage_.at_most) return true;
    if (!recovery_.is_over()) return false;
    const bool waits = outage_.mains_back && !is_back_;
    return !waits && machine_.phase == Phase::watching && is_calm();
}

void Drill::finish() {
    if (timeline_.outcome == Timeline::Outcome::up) note(Kind::end, {}, "this host is still up");
    if (timeline_.outcome == Timeline::Outcome::down) {
        for (UpsIndex i = 0; i < upses_.size(); ++i)
            if (upses_[i].is_known() && upses_[i].supply() == SimUps::Supply::battery)
                note(Kind::end, i,
                     "the battery would last for another " + time_text(upses_[i].runtime()));
        if (outage_.mains_back && !is_back_)
            note(Kind::end, {},
                 "mains power after that is too late to call it off: the UPS switches its outlets "
                 "off and "
                 "on again");
    }
    for (std::size_t i = 0; i < plan_.rules.size(); ++i)
        if (!has_acted_[i])
            timeline_.idle.push_back(fmt::format(
                "rule {}: {}: {}", plan_.rules[i].rule.name, plan_.rules[i].rule.condition,
                inputs_of(plan_, plan_.rules[i], rules_, readings_, now_)));
    if (timeline_.outcome == Timeline::Outcome::down) wake_hosts();
}

std::string sentence(const TimelineEntry& entry) {
    std::string when = entry.at.count() == 0 ? "at once" : "after " + time_text(entry.at);
    if (entry.charge) when = fmt::format("{} at {} %, {}", entry.ups, *entry.charge, when);
    return fmt::format("- {}: {}\n", when, entry.text);
}

}  // namespace

Timeline drill(const Plan& plan, const Settings& settings, const Readings& readings,
               const Outage& outage) {
    return Drill(plan, settings, readings, outage).run();
}

std::string explain(const Timeline& timeline) {
    std::string text = "If the mains failed now:\n";
    for (const std::string& line : timeline.start)
        text += "  " + line + "\n";
    for (const std::string& line : timeline.assumed)
        text += "  assumed: " + line + "\n";
    text += "\n";
    for (const TimelineEntry& entry : timeline.entries)
        if (entry.kind != Kind::notification && entry.kind != Kind::mains) text += sentence(entry);
    if (!timeline.recovery.empty())
        text +=
            fmt::format("\nWhen the mains are back, hosts are woken {}:\n", timeline.recovery_when);
    for (const TimelineEntry& entry : timeline.recovery)
        text += sentence(entry);
    if (!timeline.idle.empty()) text += "\nRules that would do nothing:\n";
    for (const std::string& rule : timeline.idle)
        text += "- " + rule + "\n";
    return text;
}

}  // namespace ups::upsmon::plan
