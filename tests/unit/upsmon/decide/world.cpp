// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {

namespace {

std::string letter(FeedIndex feed) {
    return std::string(1, static_cast<char>('a' + feed));
}

struct Describe {
    std::size_t feeds;

    std::string operator()(const action::Notify& notify) const {
        std::string text(conf::notify_type_name(notify.type));
        if (notify.feed && feeds > 1) text += ' ' + letter(*notify.feed);
        return text;
    }
    std::string operator()(const action::Change&) const { return ""; }
    std::string operator()(const action::Log&) const { return ""; }
    std::string operator()(const action::SendFsd& fsd) const { return "FSD> " + letter(fsd.feed); }
    std::string operator()(const action::ClearFsd& fsd) const {
        return "CLEAR " + letter(fsd.feed);
    }
    std::string operator()(const action::AskClients& ask) const {
        return "CLIENTS " + letter(ask.feed);
    }
    std::string operator()(const action::Remember& remember) const {
        return remember.is_standing ? "REMEMBER" : "FORGET";
    }
    std::string operator()(const action::Announce&) const { return "ANNOUNCE"; }
    std::string operator()(const action::ShutDown&) const { return "COMMAND"; }
    std::string operator()(const action::Exit&) const { return "EXIT"; }
    std::string operator()(const action::SetPoll& poll) const {
        return fmt::format("POLL {}", std::chrono::duration_cast<seconds>(poll.period).count());
    }
    std::string operator()(const action::Drop& drop) const { return "DROP " + drop.monitor; }
    std::string operator()(const action::Reloaded& reloaded) const {
        return reloaded.is_accepted ? "ACCEPTED" : "REFUSED";
    }
};

Settings hosts(std::size_t count, Role role) {
    Settings settings;
    for (std::size_t i = 0; i < count; ++i)
        settings.feeds.push_back(feed(letter(static_cast<FeedIndex>(i)) + "@h", role));
    return settings;
}

}  // namespace

FeedSettings feed(std::string monitor, Role role, std::uint32_t power_value) {
    FeedSettings line;
    line.monitor = std::move(monitor);
    line.role = role;
    line.power_value = power_value;
    return line;
}

Settings primaries(std::size_t count) {
    return hosts(count, Role::primary);
}
Settings secondaries(std::size_t count) {
    return hosts(count, Role::secondary);
}

std::string describe(const Action& action, std::size_t feeds) {
    return std::visit(Describe{feeds}, action);
}

World::World(Settings settings, Standing standing)
    : state_(initial(std::make_shared<const Settings>(std::move(settings)), now_, standing)) {}

World::World(Settings settings, Instant now, const std::vector<Remembered>& known)
    : now_(now), state_(initial(std::make_shared<const Settings>(std::move(settings)), now_)) {
    for (const Remembered& one : known)
        recall(state_, one);
}

World& World::send(const Event& event) {
    Step next = step(state_, event, now_);
    state_ = std::move(next.state);
    std::move(next.actions.begin(), next.actions.end(), std::back_inserter(actions));
    const auto due = deadline(state_);
    EXPECT_TRUE(!due || *due > now_) << "a deadline that is not ahead";
    return *this;
}

World& World::read(std::string_view status, FeedIndex feed) {
    return send(event::Reading{.feed = feed, .status = status});
}

World& World::settle() {
    for (FeedIndex feed = 0; feed < state_.feeds.size(); ++feed)
        send(event::LoginResult{feed, Login::ok}).read("OL", feed);
    actions.clear();
    return *this;
}

World& World::lose(Loss loss, FeedIndex feed) {
    return send(event::ContactLost{feed, loss});
}

World& World::wait(Duration time) {
    const Instant end = now_ + time;
    for (auto due = deadline(state_); due && *due <= end; due = deadline(state_)) {
        now_ = *due;
        send(event::Tick{});
    }
    now_ = end;
    return *this;
}

World& World::pass(Duration time) {
    const Instant end = now_ + time;
    while (now_ < end) {
        wait(std::min<Duration>(seconds(1), end - now_));
        for (FeedIndex feed = 0; feed < state_.feeds.size(); ++feed)
            if (of(feed).contact == Contact::good) send(event::Confirmed{feed});
    }
    return *this;
}

World& World::stop(Duration time) {
    now_ += time;
    return send(event::Stopped{time});
}

Strings World::done() {
    Strings all;
    for (const Action& action : actions) {
        const std::string text = describe(action, state_.feeds.size());
        if (!text.empty() && !text.starts_with("POLL") && !text.starts_with("CLIENTS"))
            all.push_back(text);
    }
    actions.clear();
    return all;
}

Strings World::told() {
    Strings all;
    for (const Action& action : actions)
        if (std::holds_alternative<action::Notify>(action))
            all.push_back(describe(action, state_.feeds.size()));
    actions.clear();
    return all;
}

std::string World::logged() const {
    std::string text;
    for (const Action& action : actions)
        if (const auto* log = std::get_if<action::Log>(&action)) text += log->text + '\n';
    return text;
}

}  // namespace ups::upsmon::testing
