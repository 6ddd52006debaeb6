// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/recovery/recovery.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <utility>

namespace ups::upsmon::recovery {
namespace {

using std::chrono::seconds;
using Kind = Order::Kind;

/// The 16 bytes of an IP address; IPv4 as mapped.
std::optional<std::array<unsigned char, 16>> ip_of(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) != 1) return std::nullopt;
    bytes[10] = bytes[11] = 0xFF;
    std::memcpy(&bytes[12], &four, sizeof four);
    return bytes;
}

/// One event being taken.
class Turning {
  public:
    Turning(const Plan& plan, State state, Instant now)
        : plan_(plan), state_(std::move(state)), now_(now) {}

    void operator()(const event::Needed&) {
        if (plan_.steps.empty() || (state_.phase != Phase::idle && state_.phase != Phase::stopped))
            return;
        wait("recovery begins");
    }
    void operator()(const event::Supply& supply);
    void operator()(const event::Result& result);
    void operator()(const event::Clients& clients) { state_.clients = clients.addresses; }
    void operator()(const event::Tick&) {}

    /// Everything that is due by now.
    void go_on();
    Turn finish();

  private:
    [[nodiscard]] const conf::WakeStep& step() const { return plan_.steps[state_.step]; }
    [[nodiscard]] Instant settled_at() const { return *state_.on_since + plan_.when.stable; }
    [[nodiscard]] bool is_time_to_wake() const;
    [[nodiscard]] bool is_logged_in() const;
    [[nodiscard]] std::optional<Instant> deadline() const;
    void add(Kind kind, std::string text) {
        orders_.push_back({kind, state_.step, 0, std::move(text)});
    }
    void log(std::string text) { add(Kind::log, std::move(text)); }
    void wait(std::string why);
    void begin_step();
    void end_step();
    void fail_step(const std::string& why);
    void leave_step();
    /// One thing that is due; false: none is.
    bool advance();

    const Plan& plan_;
    State state_;
    Instant now_;
    std::vector<Order> orders_;
};

void Turning::operator()(const event::Supply& supply) {
    state_.supply = supply;
    if (supply.mains != Mains::on)
        state_.on_since.reset();
    else if (!state_.on_since)
        state_.on_since = now_;
    // What is not known stops nothing that is under way.
    const bool is_under_way = state_.phase != Phase::idle && state_.phase != Phase::waiting;
    if (supply.mains == Mains::lost && is_under_way) wait("recovery starts over: mains lost");
}

void Turning::operator()(const event::Result& result) {
    if (state_.phase != Phase::acting || result.ticket != state_.ticket) return;
    if (!result.is_done) return fail_step(result.why);
    if (step().login.empty()) return end_step();
    state_.phase = Phase::login;
}

bool Turning::is_time_to_wake() const {
    if (!state_.on_since) return false;
    const conf::Recovery& when = plan_.when;
    if (when.at_most && now_ - *state_.on_since >= *when.at_most) return true;
    if (now_ < settled_at()) return false;
    const auto reached = [](const std::optional<double>& value, double least) {
        return least <= 0 || (value && *value >= least);
    };
    return reached(state_.supply.charge, when.charge) &&
           reached(state_.supply.runtime, static_cast<double>(when.runtime.count()));
}

bool Turning::is_logged_in() const {
    return !step().login.empty() &&
           std::ranges::any_of(state_.clients, [this](const std::string& address) {
               return is_host(step().login, address);
           });
}

void Turning::wait(std::string why) {
    log(std::move(why));
    state_.phase = Phase::waiting;
    state_.step = state_.failed = 0;
}

void Turning::begin_step() {
    state_.since = now_;
    if (is_logged_in()) {
        log("step " + step().name + ": " + step().login + " is logged in already");
        return end_step();
    }
    state_.phase = Phase::acting;
    ++state_.ticket;
    add(Kind::told, step().name);
    orders_.push_back({Kind::wake, state_.step, state_.ticket, {}});
}

void Turning::end_step() {
    log("step " + step().name + " is done");
    leave_step();
}

void Turning::fail_step(const std::string& why) {
    ++state_.failed;
    add(Kind::failed, step().name + ": " + why);
    if (!step().stop_if_failed) return leave_step();
    log("recovery stops at step " + step().name);
    state_.phase = Phase::stopped;
}

void Turning::leave_step() {
    if (state_.step + 1 < plan_.steps.size()) {
        state_.phase = Phase::pausing;
        state_.since = now_;
        return;
    }
    log("recovery ends: " + std::to_string(state_.failed) + " of " +
        std::to_string(plan_.steps.size()) + " steps failed");
    state_.phase = Phase::idle;
    state_.step = state_.failed = 0;
}

bool Turning::advance() {
    switch (state_.phase) {
    case Phase::idle:
    case Phase::stopped:
        return false;
    case Phase::waiting:
        if (!is_time_to_wake()) return false;
        log("recovery: mains are back, hosts are woken");
        begin_step();
        return true;
    case Phase::login:
        if (is_logged_in()) {
            end_step();
            return true;
        }
        [[fallthrough]];
    case Phase::acting:
        if (now_ - state_.since < step().timeout) return false;
        fail_step(state_.phase == Phase::login ? step().login + " has not logged in"
                                               : std::string("no answer in time"));
        return true;
    case Phase::pausing:
        if (now_ - state_.since < step().pause) return false;
        ++state_.step;
        begin_step();
        return true;
    }
    return false;
}

void Turning::go_on() {
    while (advance()) {
    }
}

std::optional<Instant> Turning::deadline() const {
    switch (state_.phase) {
    case Phase::idle:
    case Phase::stopped:
        return std::nullopt;
    case Phase::waiting: {
        if (!state_.on_since) return std::nullopt;
        std::optional<Instant> next;
        if (settled_at() > now_) next = settled_at();
        if (plan_.when.at_most) {
            const Instant last = *state_.on_since + *plan_.when.at_most;
            next = next ? std::min(*next, last) : last;
        }
        return next;
    }
    case Phase::acting:
    case Phase::login:
        return state_.since + step().timeout;
    case Phase::pausing:
        return state_.since + step().pause;
    }
    return std::nullopt;
}

Turn Turning::finish() {
    const auto next = deadline();
    return {std::move(state_), std::move(orders_), next};
}

}  // namespace

Turn take(const Plan& plan, State state, const Event& event, Instant now) {
    Turning turning(plan, std::move(state), now);
    std::visit(turning, event);
    turning.go_on();
    return turning.finish();
}

bool wants_clients(const Plan& plan, const State& state) {
    switch (state.phase) {
    case Phase::idle:
    case Phase::stopped:
        return false;
    case Phase::login:
        return true;
    case Phase::waiting:
        return !plan.steps.front().login.empty();
    case Phase::acting:
    case Phase::pausing:
        return !plan.steps[state.step].login.empty() ||
               (state.step + 1 < plan.steps.size() && !plan.steps[state.step + 1].login.empty());
    }
    return false;
}

bool is_host(std::string_view login, std::string_view address) {
    if (iequals(login, address)) return true;
    const auto one = ip_of(std::string(login));
    return one && one == ip_of(std::string(address));
}

}  // namespace ups::upsmon::recovery
