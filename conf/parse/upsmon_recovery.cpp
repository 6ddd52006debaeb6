// SPDX-License-Identifier: Apache-2.0
// Lines of upsmon.conf about what happens when power is back.
//
//     recovery = "RECOVERY" *( ( "CHARGE" / "RUNTIME" / "STABLE" / "ATMOST" ) number )
//     wake     = "WAKE" name way *( option )
//     way      = "OUTLET" number ups / "OUTLETGROUP" number ups / "LAN" address [ "BROADCAST" address ]
//              / "COMMAND" text
//     option   = "LOGIN" host / "TIMEOUT" seconds / "PAUSE" seconds / "ELSE" "STOP"
#include "conf/parse/upsmon_draft.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <utility>

namespace ups::conf {
namespace {

using std::chrono::seconds;

constexpr Row kCharge = {.name = "CHARGE", .type = Type::integer, .least = 0, .most = 100};
constexpr Row kTime = {.name = "the time", .type = Type::seconds, .least = 0, .most = 7 * 86400};
constexpr Row kKeyword = {
    .name = "this word", .type = Type::choice, .choices = "CHARGE RUNTIME STABLE ATMOST"};
constexpr Row kWay = {
    .name = "the way", .type = Type::choice, .choices = "OUTLET OUTLETGROUP LAN COMMAND"};
constexpr Row kOption = {
    .name = "this word", .type = Type::choice, .choices = "LOGIN TIMEOUT PAUSE ELSE BROADCAST"};
constexpr Row kOutlet = {
    .name = "the number of an outlet", .type = Type::integer, .least = 1, .most = 999};

std::optional<seconds> time_at(const Statement& s, std::size_t index) {
    const auto value = check_value(kTime, s.word(index), s.place(index), s.problems);
    if (!value) return std::nullopt;
    return seconds(value->number);
}

bool is_hardware_address(std::string_view text) {
    if (text.size() != 17) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = ascii_lower(text[i]);
        const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (i % 3 == 2 ? c != ':' && c != '-' : !is_hex) return false;
    }
    return true;
}

bool is_v4_address(const std::string& text) {
    in_addr address{};
    return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

/// Reads a WAKE line word by word. A `bool` is whether to go on.
class WakeParser {
  public:
    WakeParser(const UpsmonDraft& draft, const Statement& s) : draft_(draft), s_(s) {}
    bool parse(WakeStep& step);

  private:
    bool parse_way(WakeStep& step);
    bool parse_outlet(WakeStep& step);
    bool parse_lan(WakeStep& step);
    bool parse_option(WakeStep& step);
    [[nodiscard]] bool has(std::size_t more) const { return at_ + more <= s_.line.words.size(); }
    bool missing(std::string_view what) {
        s_.error(std::min(at_, s_.values()), std::string(what) + " is missing",
                 "expected " + std::string(s_.row.arguments));
        return false;
    }

    const UpsmonDraft& draft_;
    const Statement& s_;
    std::size_t at_ = 1;
};

bool WakeParser::parse(WakeStep& step) {
    if (!has(1)) return missing("the name");
    step.name = s_.word(at_++);
    step.place = s_.place(0);
    if (!parse_way(step)) return false;
    while (at_ < s_.line.words.size())
        if (!parse_option(step)) return false;
    return true;
}

bool WakeParser::parse_way(WakeStep& step) {
    if (!has(1)) return missing("the way to wake");
    const auto way = check_value(kWay, s_.word(at_), s_.place(at_), s_.problems);
    if (!way) return false;
    ++at_;
    step.kind = static_cast<WakeKind>(way->choice);
    switch (step.kind) {
    case WakeKind::outlet:
    case WakeKind::outlet_group:
        return parse_outlet(step);
    case WakeKind::lan:
        return parse_lan(step);
    case WakeKind::command:
        break;
    }
    if (!has(1) || s_.word(at_).empty()) return missing("the command");
    step.target = s_.word(at_++);
    return true;
}

bool WakeParser::parse_outlet(WakeStep& step) {
    if (!has(2)) return missing("the number or the UPS");
    if (!check_value(kOutlet, s_.word(at_), s_.place(at_), s_.problems)) return false;
    step.target = s_.word(at_);
    const MonitorLine* monitor = draft_.find_monitor(s_.word(at_ + 1));
    if (monitor == nullptr) {
        s_.error(at_ + 1, in_quotes(s_.word(at_ + 1)) + " is no UPS of a MONITOR line");
        return false;
    }
    step.ups = monitor->text;
    at_ += 2;
    return true;
}

bool WakeParser::parse_lan(WakeStep& step) {
    if (!has(1)) return missing("the hardware address");
    if (!is_hardware_address(s_.word(at_))) {
        s_.error(at_, in_quotes(s_.word(at_)) + " is no hardware address",
                 "for instance 00:11:22:aa:bb:cc");
        return false;
    }
    step.target = to_lower(s_.word(at_++));
    std::ranges::replace(step.target, '-', ':');
    return true;
}

bool WakeParser::parse_option(WakeStep& step) {
    const auto option = check_value(kOption, s_.word(at_), s_.place(at_), s_.problems);
    if (!option) return false;
    if (!has(2)) return missing("what follows " + std::string(s_.word(at_)));
    const std::size_t value = at_ + 1;
    at_ += 2;
    switch (option->choice) {
    case 0:
        step.login = s_.word(value);
        return true;
    case 1:
    case 2: {
        const auto time = time_at(s_, value);
        if (time) (option->choice == 1 ? step.timeout : step.pause) = *time;
        return time.has_value();
    }
    case 3:
        step.stop_if_failed = iequals(s_.word(value), "STOP");
        if (!step.stop_if_failed)
            s_.error(value, in_quotes(s_.word(value)) + " is not understood here",
                     "expected ELSE STOP");
        return step.stop_if_failed;
    default:
        break;
    }
    step.broadcast = s_.word(value);
    if (step.kind == WakeKind::lan && is_v4_address(step.broadcast)) return true;
    s_.error(value, in_quotes(step.broadcast) + " is no address to broadcast to",
             "an IPv4 address, for LAN only");
    return false;
}

}  // namespace

void set_recovery(UpsmonDraft& draft, const Statement& s) {
    Recovery recovery;
    for (std::size_t i = 1; i < s.line.words.size(); i += 2) {
        const auto word = check_value(kKeyword, s.word(i), s.place(i), s.problems);
        if (!word) return;
        if (i + 1 == s.line.words.size())
            return s.error(i, std::string(s.word(i)) + " has no value");
        if (word->choice == 0) {
            const auto charge = check_value(kCharge, s.word(i + 1), s.place(i + 1), s.problems);
            if (!charge) return;
            recovery.charge = static_cast<unsigned>(charge->number);
            continue;
        }
        const auto time = time_at(s, i + 1);
        if (!time) return;
        if (word->choice == 1) recovery.runtime = *time;
        if (word->choice == 2) recovery.stable = *time;
        if (word->choice == 3) recovery.at_most = *time;
    }
    draft.recovery = recovery;
}

void add_wake(UpsmonDraft& draft, const Statement& s) {
    WakeStep step;
    if (!WakeParser(draft, s).parse(step)) return;
    if (!draft.recovery) draft.recovery.emplace();
    draft.wake.push_back(std::move(step));
}

}  // namespace ups::conf
