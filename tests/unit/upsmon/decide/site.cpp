// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"

#include "tools/upsmon/decide/explain.hpp"

#include <algorithm>
#include <array>

namespace ups::upsmon::testing {

using std::chrono::seconds;

namespace {

constexpr int kMaxAge = 15;   // a reading proves for so long that a UPS is good
constexpr int kLength = 150;  // seconds of a run
constexpr Instant kStart{std::chrono::hours(1)};

Settings random_settings(Dice& dice, Weather weather) {
    Settings settings;
    const int feeds = dice.between(1, 3);
    for (int i = 0; i < feeds; ++i) {
        FeedSettings line;
        line.monitor = "u" + std::to_string(i);
        line.role = dice.one_in(2) ? Role::primary : Role::secondary;
        line.power_value = static_cast<std::uint32_t>(dice.one_in(6) ? dice.between(0, 2) : 1);
        line.stage = static_cast<std::uint32_t>(dice.one_in(4) ? 2 : 1);
        for (LossMeaning& meaning : line.meaning)
            meaning = weather == Weather::outages && dice.one_in(5)
                          ? static_cast<LossMeaning>(dice.between(0, 2))
                          : LossMeaning::last_state;
        settings.feeds.push_back(line);
    }
    std::uint32_t sum = 0;
    for (const FeedSettings& line : settings.feeds)
        sum += line.power_value;
    settings.min_supplies = static_cast<std::uint32_t>(dice.between(0, static_cast<int>(sum)));
    settings.poll = seconds(dice.between(1, 5));
    settings.poll_alert = seconds(dice.between(1, 5));
    settings.host_sync = seconds(dice.between(0, 15));
    settings.dead_time = seconds(dice.between(kMaxAge, 25));
    settings.final_delay = seconds(dice.between(0, 5));
    settings.low_duration = seconds(dice.one_in(2) ? 0 : dice.between(1, 8));
    if (dice.one_in(3)) settings.over_duration = seconds(dice.between(0, 20));
    if (dice.one_in(3)) settings.exit_after = seconds(dice.between(1, 20));
    settings.call_off = static_cast<CallOff>(dice.between(0, 2));
    return settings;
}

TrueUps random_ups(Dice& dice, Weather weather, bool is_out) {
    TrueUps ups;
    if (weather == Weather::outages && is_out) {
        ups.outage.from = dice.between(5, 40);
        ups.outage.to = dice.one_in(3) ? kLength : ups.outage.from + dice.between(1, 80);
        ups.low_at = ups.outage.from + dice.between(0, 50);
        ups.is_foreign_fsd = dice.one_in(3);
    }
    if (dice.one_in(2)) {
        ups.fault.from = dice.one_in(8) ? 0 : dice.between(1, 80);
        ups.fault.to = ups.fault.from + dice.between(1, 90);
        ups.loss = static_cast<Loss>(dice.between(0, static_cast<int>(kLosses) - 1));
    }
    if (weather == Weather::nuisances || dice.one_in(3)) {
        ups.nuisance = static_cast<Nuisance>(dice.between(0, 6));
        ups.trouble.from = dice.between(1, 60);
        const bool is_short = ups.nuisance == Nuisance::self_test ||
                              ups.nuisance == Nuisance::off_blip ||
                              ups.nuisance == Nuisance::no_runtime;
        ups.trouble.to = ups.trouble.from + dice.between(1, is_short ? 24 : 80);
    }
    // By themselves: in this weather a nuisance is not out of reach for so long that it is dead.
    if (weather == Weather::nuisances && ups.nuisance != Nuisance::none)
        ups.fault.to = std::min(ups.fault.to, ups.fault.from + kMaxAge - 11);
    ups.secondaries = dice.between(0, 3);
    ups.patience = dice.between(1, 12);
    ups.clears = !dice.one_in(4);
    return ups;
}

class Site {
  public:
    Site(std::uint64_t seed, Weather weather);
    Outcome run();

  private:
    [[nodiscard]] bool is_low(const TrueUps& ups) const {
        return ups.outage.has(second_) && second_ >= ups.low_at;
    }
    [[nodiscard]] std::string status_of(const TrueUps& ups) const;
    [[nodiscard]] bool is_doubtful(const TrueUps& ups) const;
    void send(const Event& event);
    void act(const Action& action);
    void poll(FeedIndex feed);
    void login_after_fault(FeedIndex feed);
    void watch_truth(FeedIndex feed);
    void pass_second();
    [[nodiscard]] bool must_be_critical(FeedIndex feed) const;
    [[nodiscard]] bool is_known_good(FeedIndex feed) const;
    template <typename Counts> [[nodiscard]] std::uint64_t sum(Counts&& counts) const;
    void judge_start(const State& before);
    void fail(std::string_view why);

    Dice dice_;
    Weather weather_;
    std::shared_ptr<const Settings> settings_;
    std::vector<TrueUps> upses_{};
    State state_;
    Instant now_ = kStart;
    int second_ = 0;
    int decided_at_ = -1;
    std::vector<Action> todo_{};
    Outcome outcome_{};
};

Site::Site(std::uint64_t seed, Weather weather)
    : dice_(seed), weather_(weather),
      settings_(std::make_shared<const Settings>(random_settings(dice_, weather))),
      state_(initial(settings_, kStart)) {
    const bool is_common = dice_.one_in(2);  // all on the same mains
    for (std::size_t i = 0; i < settings_->feeds.size(); ++i)
        upses_.push_back(random_ups(dice_, weather, is_common || dice_.one_in(2)));
    for (TrueUps& ups : upses_)
        if (is_common) ups.outage = upses_.front().outage;
}

std::string Site::status_of(const TrueUps& ups) const {
    const bool is_out = ups.outage.has(second_);
    const Nuisance nuisance = ups.trouble.has(second_) ? ups.nuisance : Nuisance::none;
    const char* mains = is_out ? "OB" : "OL";
    const char* rest = is_low(ups) ? " LB" : "";
    switch (nuisance) {
    case Nuisance::none:
        break;
    case Nuisance::self_test:
        mains = "OB";
        rest = " LB TEST";
        break;
    case Nuisance::calibration:
        mains = "OB";
        rest = " LB CAL";
        break;
    case Nuisance::no_runtime:
        rest = " LB";
        mains = second_ % 3 == 0 ? "OB" : mains;
        break;
    case Nuisance::flapping_low:
        rest = second_ % 2 == 0 ? " LB" : rest;
        break;
    case Nuisance::off_blip:
        rest = is_low(ups) ? " OFF LB" : " OFF";
        break;
    case Nuisance::alarm:
        rest = is_low(ups) ? " LB ALARM" : " ALARM OVER RB";
        break;
    }
    return std::string(ups.fsd_at >= 0 ? "FSD " : "") + mains + rest;
}

bool Site::is_doubtful(const TrueUps& ups) const {
    return ups.trouble.has(second_) &&
           (ups.nuisance == Nuisance::self_test || ups.nuisance == Nuisance::calibration ||
            ups.nuisance == Nuisance::no_runtime || ups.nuisance == Nuisance::flapping_low);
}

void Site::fail(std::string_view why) {
    if (!outcome_.failure.empty()) return;
    outcome_.failure =
        std::string(why) + " at second " + std::to_string(second_) + ": " + explain(state_);
}

void Site::send(const Event& event) {
    const State before = state_;
    Step after = step(state_, event, now_);
    state_ = after.state;
    if (const std::string broken = broken_promise(before, event, after); !broken.empty())
        fail(broken);
    judge_start(before);
    todo_.insert(todo_.end(), after.actions.begin(), after.actions.end());
}

/// The servers' side.
void Site::act(const Action& action) {
    if (const auto* fsd = std::get_if<action::SendFsd>(&action)) {
        TrueUps& ups = upses_[fsd->feed];
        const bool is_done = !ups.fault.has(second_) || ups.loss == Loss::stale;
        if (is_done && ups.fsd_at < 0) ups.fsd_at = second_;
        send(event::FsdResult{fsd->feed, is_done});
    } else if (const auto* clear = std::get_if<action::ClearFsd>(&action)) {
        TrueUps& ups = upses_[clear->feed];
        const bool is_done = ups.clears && !ups.fault.has(second_);
        if (is_done) ups.fsd_at = -1;
        send(event::ClearResult{clear->feed, is_done});
    } else if (const auto* ask = std::get_if<action::AskClients>(&action)) {
        const TrueUps& ups = upses_[ask->feed];
        if (ups.fault.has(second_)) return send(event::Clients{ask->feed, std::nullopt});
        const int gone = ups.fsd_at < 0 ? 0 : (second_ - ups.fsd_at) / ups.patience;
        const int left = 1 + std::max(0, ups.secondaries - gone);
        send(event::Clients{ask->feed, static_cast<std::uint32_t>(left)});
    }
}

void Site::poll(FeedIndex feed) {
    TrueUps& ups = upses_[feed];
    if (second_ < ups.next_poll) return;
    ups.next_poll =
        second_ + static_cast<int>(std::chrono::duration_cast<seconds>(state_.poll).count());
    if (ups.fault.has(second_)) {
        if (ups.loss != Loss::silence) send(event::ContactLost{feed, ups.loss});
        return;
    }
    ups.last_reading = second_;
    ups.last_status = status_of(ups);
    const bool is_full = ups.trouble.has(second_) && ups.nuisance == Nuisance::no_runtime;
    send(event::Reading{.feed = feed,
                        .status = ups.last_status,
                        .alarm = "hot",
                        .charge = is_full ? 100.0 : 50.0,
                        .runtime = is_full ? 0 : 600});
}

void Site::login_after_fault(FeedIndex feed) {
    const TrueUps& ups = upses_[feed];
    const bool is_start = second_ == 0 && !ups.fault.has(0);
    const bool is_back = second_ == ups.fault.to && ups.fault.to > ups.fault.from;
    if (is_start || is_back) send(event::LoginResult{feed, Login::ok});
}

/// Keeps what the truth is and since when.
void Site::watch_truth(FeedIndex feed) {
    TrueUps& ups = upses_[feed];
    const bool is_plain_low = is_low(ups) && !ups.fault.has(second_) && !is_doubtful(ups);
    if (!is_plain_low) ups.low_told_since = -1;
    if (is_plain_low && ups.low_told_since < 0) ups.low_told_since = second_;
    // Another host's doing: it is a secondary here, and its primary decided.
    if (ups.is_foreign_fsd && settings_->feeds[feed].role == Role::secondary && is_low(ups) &&
        second_ == ups.low_at + 5)
        ups.fsd_at = second_;
}

int whole(Duration duration) {
    return static_cast<int>(std::chrono::duration_cast<seconds>(duration).count());
}

/// By any reading of the manual this feed has to be counted out by now.
bool Site::must_be_critical(FeedIndex feed) const {
    const TrueUps& ups = upses_[feed];
    const Settings& settings = *settings_;
    const int polls = 2 * whole(std::max(settings.poll, settings.poll_alert));
    const bool is_secondary = settings.feeds[feed].role == Role::secondary;
    if (ups.low_told_since >= 0) {
        const int grace =
            whole(settings.low_duration) + (is_secondary ? whole(settings.host_sync) : 0);
        return second_ > ups.low_told_since + polls + grace;
    }
    const LossMeaning meaning = settings.feeds[feed].meaning[static_cast<std::size_t>(ups.loss)];
    const bool was_on_battery = ups.last_status.find("OB") != std::string::npos &&
                                ups.last_status.find("CAL") == std::string::npos;
    return ups.fault.has(second_) && ups.last_reading >= 0 && was_on_battery &&
           meaning != LossMeaning::fine &&
           second_ > ups.last_reading + whole(settings.dead_time) + polls;
}

/// Proven good within MAXAGE, or never seen.
bool Site::is_known_good(FeedIndex feed) const {
    const TrueUps& ups = upses_[feed];
    if (ups.last_reading < 0) return true;
    const bool is_plain = ups.last_status.find("OL") != std::string::npos &&
                          ups.last_status.find("OFF") == std::string::npos &&
                          ups.last_status.find("CAL") == std::string::npos &&
                          ups.last_status.find("FSD") == std::string::npos;
    return is_plain && second_ - ups.last_reading < kMaxAge;
}

template <typename Counts> std::uint64_t Site::sum(Counts&& counts) const {
    std::uint64_t supplies = 0;
    for (FeedIndex feed = 0; feed < upses_.size(); ++feed)
        if (counts(feed)) supplies += settings_->feeds[feed].power_value;
    return supplies;
}

void Site::judge_start(const State& before) {
    const bool starts = before.phase == Phase::watching && state_.phase != Phase::watching;
    outcome_.has_called_off |= before.phase != Phase::watching && state_.phase == Phase::watching;
    outcome_.has_committed |= state_.phase >= Phase::committed;
    if (state_.phase == Phase::watching) decided_at_ = -1;
    if (!starts) return;
    outcome_.has_decided = true;
    decided_at_ = second_;
    if (sum([this](FeedIndex f) { return is_known_good(f); }) >= settings_->min_supplies)
        fail("a shutdown while enough feeds are proven good");
    if (weather_ == Weather::nuisances) fail("a shutdown because of a nuisance");
}

void Site::pass_second() {
    for (FeedIndex feed = 0; feed < upses_.size(); ++feed) {
        watch_truth(feed);
        login_after_fault(feed);
        poll(feed);
    }
    const Instant end = kStart + seconds(second_ + 1);
    // Nothing takes more than a hundred steps a second; more would be a busy loop.
    for (int steps = 0; steps < 100; ++steps) {
        std::vector<Action> now;
        now.swap(todo_);
        for (const Action& action : now)
            act(action);
        if (!todo_.empty()) continue;
        const auto due = deadline(state_);
        if (!due || *due >= end) break;
        now_ = *due;
        send(event::Tick{});
    }
    if (!todo_.empty()) fail("a busy loop");
    if (sum([this](FeedIndex f) { return !must_be_critical(f); }) < settings_->min_supplies &&
        state_.phase == Phase::watching)
        fail("a missed shutdown");
    const int limit = 2 * whole(settings_->host_sync) + whole(settings_->final_delay) + 2 * 5 + 1;
    if (decided_at_ >= 0 && second_ > decided_at_ + limit && state_.phase < Phase::committed)
        fail("a shutdown that does not end");
    now_ = end;
}

Outcome Site::run() {
    for (second_ = 0; second_ < kLength && outcome_.failure.empty(); ++second_) {
        if (state_.phase == Phase::gone) break;
        pass_second();
    }
    return outcome_;
}

}  // namespace

std::uint64_t Dice::next() {
    state_ += 0x9e37'79b9'7f4a'7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11ebULL;
    return z ^ (z >> 31U);
}

int Dice::between(int low, int high) {
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
}

Outcome run_site(std::uint64_t seed, Weather weather) {
    return Site(seed, weather).run();
}

}  // namespace ups::upsmon::testing
