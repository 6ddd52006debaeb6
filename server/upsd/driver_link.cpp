// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/driver_link.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "server/upsd/driver_value.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <ratio>
#include <utility>

namespace ups::upsd {
namespace {

using proto::DriverWord;
using vars::Outcome;

constexpr std::string_view kWait = "WAIT";

/// Times of pings are whole ones of these.
using PingGrid = std::chrono::duration<std::int64_t, std::ratio<1, 8>>;
/// The loop's timers may be this early.
constexpr std::chrono::milliseconds kTimerSlack{5};

std::string about(std::string_view before, std::string_view ups, std::string_view behind) {
    return std::string(before).append("[").append(ups).append("]").append(behind);
}

// As GET TRACKING names it.
std::string_view outcome_text(proto::TrackingCode code) {
    switch (code) {
    case proto::TrackingCode::handled:
        return "SUCCESS";
    case proto::TrackingCode::unknown:
        return "UNKNOWN";
    case proto::TrackingCode::invalid:
    case proto::TrackingCode::conversion:
        return "INVALID-ARGUMENT";
    case proto::TrackingCode::failed:
        return "FAILED";
    }
    return "FAILED";
}

}  // namespace

DriverLink::DriverLink(const DriverLinkParts& parts, vars::UpsState& state,
                       std::chrono::seconds max_age)
    : parts_(parts), state_(state), max_age_(max_age) {}

DriverLink::~DriverLink() {
    if (output_ != nullptr) parts_.tracking.close_link(number_);
}

void DriverLink::connected(DriverOutput& output) {
    UPS_ASSERT(output_ == nullptr);
    output_ = &output;
    number_ = parts_.tracking.open_link();
    heard_ = pinged_ = parts_.clock.now();
    asked_again_.reset();
    dump_ = Dump::first;
    data_ok_ = silent_ = skipping_ = refusal_logged_ = false;
    state_.clear();
    state_.set("ups.status", kWait);
    check_availability();
    output_->send("DUMPALL\n");
}

void DriverLink::disconnected() {
    if (output_ == nullptr) return;
    output_ = nullptr;
    parts_.tracking.close_link(number_);
    dump_ = Dump::none;
    std::string().swap(partial_);
    state_.clear();
    check_availability();
}

void DriverLink::check_availability() {
    const Availability now = availability();
    if (now == shown_) return;
    if (now == Availability::stale)
        parts_.logger.warning(
            "driver.stale", about("Data for UPS ", state_.ups_name(), " is stale - check driver"));
    if (shown_ == Availability::stale && now == Availability::ready)
        parts_.logger.info("driver.fresh",
                           about("UPS ", state_.ups_name(), " data is no longer stale"));
    shown_ = now;
}

void DriverLink::on_bytes(std::string_view bytes) {
    bool heard = false;
    while (!bytes.empty() && output_ != nullptr) {
        const std::size_t lf = bytes.find('\n');
        const bool whole = lf != std::string_view::npos;
        const std::string_view part = bytes.substr(0, whole ? lf + 1 : lf);
        bytes.remove_prefix(part.size());
        if (partial_.size() + part.size() > kMaxLine + (whole ? 1 : 0)) {
            skipping_ = true;
            std::string().swap(partial_);
        }
        if (!whole) {
            if (!skipping_) partial_.append(part);
        } else if (skipping_) {
            skipping_ = false;
        } else if (partial_.empty()) {
            heard |= on_line(part);
        } else {
            const std::string line = std::exchange(partial_, {}).append(part);
            heard |= on_line(line);
        }
    }
    if (heard) {
        heard_ = parts_.clock.recently();
        silent_ = false;
    }
    check_availability();
}

/// Takes one line, LF included; false if it is ignored.
bool DriverLink::on_line(std::string_view line) {
    const LineWords words = parts_.tokenizer.split(line);
    if (words.words.empty()) return false;
    line.remove_suffix(1);
    const auto word = proto::driver_word(words.words[0]);
    const bool done = word && (*word == DriverWord::setinfo ? set_info(line, words)
                               : words.broken || words.words.size() < proto::least_words(*word)
                                   ? false
                                   : apply(*word, words));
    if (!done) refuse(line);
    return done;
}

bool DriverLink::set_info(std::string_view line, const LineWords& words) {
    if (words.words.size() < 2) return false;
    const DriverValue value = driver_value(line, words);
    if (words.words.size() != 3 && value.escaping != Escaping::missing) return false;
    if (value.escaping != Escaping::proper) ask_again();
    return state_.set(words.words[1], value.text) != Outcome::refused;
}

bool DriverLink::set_flags(const LineWords& words) {
    vars::VarFlags flags;
    for (const std::string_view word : words.words.subspan(2)) {
        if (iequals(word, "RW")) flags.writable = true;
        if (iequals(word, "STRING")) flags.string = true;
        if (iequals(word, "NUMBER")) flags.number = true;
    }
    return state_.set_flags(words.words[1], flags) != Outcome::refused;
}

bool DriverLink::track(const LineWords& words) {
    if (iequals(words.words[2], "PENDING")) return true;
    const auto code = parse_integer(words.words[2]);
    if (!code || *code < 0 || *code > static_cast<int>(proto::TrackingCode::conversion))
        return false;
    const std::string_view id = words.words[1];
    const auto result = static_cast<proto::TrackingCode>(*code);
    if (parts_.tracking.finish(id, number_, result))
        parts_.audit.answered(state_.ups_name(), id, outcome_text(result));
    return true;
}

bool DriverLink::apply(DriverWord word, const LineWords& line) {
    const auto words = line.words;
    const auto kept = [](Outcome outcome) { return outcome != Outcome::refused; };
    switch (word) {
    case DriverWord::setinfo:
        break;  // set_info
    case DriverWord::delinfo:
        return kept(state_.remove(words[1]));
    case DriverWord::setflags:
        return set_flags(line);
    case DriverWord::setaux: {
        const auto length = parse_integer(words[2]);
        if (!length || *length < 0) return false;
        const auto most = std::int64_t{std::numeric_limits<std::int32_t>::max()};
        return kept(
            state_.set_length(words[1], static_cast<std::uint32_t>(std::min(*length, most))));
    }
    case DriverWord::addenum:
        return kept(state_.add_enum(words[1], words[2]));
    case DriverWord::delenum:
        return kept(state_.remove_enum(words[1], words[2]));
    case DriverWord::addrange:
        return kept(state_.add_range(words[1], words[2], words[3]));
    case DriverWord::delrange:
        return kept(state_.remove_range(words[1], words[2], words[3]));
    case DriverWord::addcmd:
        return kept(state_.add_command(words[1]));
    case DriverWord::delcmd:
        return kept(state_.remove_command(words[1]));
    case DriverWord::dataok:
        data_ok_ = true;
        return true;
    case DriverWord::datastale:
        data_ok_ = false;
        return true;
    case DriverWord::dumpdone:
        dump_done();
        return true;
    case DriverWord::tracking:
        return track(line);
    case DriverWord::pong:
    case DriverWord::pid:
    case DriverWord::ok:
        return true;
    }
    return false;
}

void DriverLink::dump_done() {
    state_.end_sweep();
    dump_ = Dump::done;
}

void DriverLink::ask_again() {
    // Not during a dump, whose values are escaped; and once per MAXAGE, however often the value
    // changes.
    const Instant now = parts_.clock.now();
    if (dump_ != Dump::done || (asked_again_ && now - *asked_again_ < max_age_)) return;
    if (!output_->send("DUMPALL\n")) return;
    asked_again_ = now;
    dump_ = Dump::again;
    state_.begin_sweep();
}

void DriverLink::refuse(std::string_view line) {
    // The first per connection is news, the rest only interests developers.
    const std::string text =
        about("UPS ", state_.ups_name(), " sent a line that is ignored: ") + printable(line, 80);
    if (std::exchange(refusal_logged_, true))
        parts_.logger.debug("driver.ignored", text);
    else
        parts_.logger.info("driver.ignored", text);
}

Instant DriverLink::ping_due() const {
    const auto after = std::max(max_age_ / 3, std::chrono::seconds(1));
    // A little early, at a time that many links share: a thousand silent drivers wake the loop some times a
    // second, not two thousand times.
    return std::chrono::floor<PingGrid>(std::max(heard_, pinged_) + after);
}

std::optional<Instant> DriverLink::deadline() const {
    if (output_ == nullptr) return std::nullopt;
    const Instant ping = ping_due();
    if (silent_) return ping;
    return std::min(ping, heard_ + max_age_ + std::chrono::milliseconds(1));
}

void DriverLink::on_time(Instant now) {
    if (output_ == nullptr) return;
    if (ping_due() <= now + kTimerSlack) {
        pinged_ = now;
        output_->send("PING\n");
    }
    if (heard_ + max_age_ < now) silent_ = true;
    check_availability();
}

DriverLink::Sent DriverLink::deliver(std::string line, Track track) {
    Sent sent;
    if (output_ == nullptr) return sent;
    if (track == Track::yes) {
        sent.tracking = parts_.tracking.begin(number_);
        line.append(" TRACKING ").append(sent.tracking);
    }
    line += '\n';
    sent.delivered = output_->send(line);
    if (!sent.delivered && track == Track::yes) parts_.tracking.forget(sent.tracking);
    return sent;
}

DriverLink::Sent DriverLink::send_set(std::string_view name, std::string_view value, Track track) {
    std::string line = "SET ";
    append_word(line, name);
    line += ' ';
    append_quoted(line, value);
    return deliver(std::move(line), track);
}

DriverLink::Sent DriverLink::send_command(std::string_view name,
                                          std::optional<std::string_view> parameter, Track track) {
    std::string line = "INSTCMD ";
    append_word(line, name);
    if (parameter) {
        line += ' ';
        append_word(line, *parameter);
    }
    return deliver(std::move(line), track);
}

}  // namespace ups::upsd
