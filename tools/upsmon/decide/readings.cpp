// SPDX-License-Identifier: Apache-2.0
/// What a reading changes, and which notifications that raises. All of them are edges: told once when
/// something comes or goes. The first reading tells what is wrong already, but not that all is well.
#include "lib/base/text.hpp"
#include "tools/upsmon/decide/work.hpp"

#include <cmath>

namespace ups::upsmon {

using enum conf::NotifyType;

namespace {

/// Adds up, so that words told in another order are the same words.
std::uint64_t hash_of_words(std::string_view words) {
    std::uint64_t sum = 0;
    for (const std::string_view word : split_blanks(words))
        sum += ihash(word) | 1U;
    return sum;
}

void take_mains(const Work& work, FeedIndex feed, const ParsedStatus& parsed) {
    FeedState& known = work.feed(feed);
    if (parsed.mains) {
        known.mains = *parsed.mains == Word::ob ? Mains::battery : Mains::online;
    } else if (parsed.words.has(Word::off) || parsed.words.has(Word::bypass)) {
        known.mains = Mains::aside;
    }  // otherwise it says nothing about mains: as before
    if (known.mains == Mains::battery && !known.is_battery_told) {
        known.is_battery_told = true;
        work.notify(onbatt, feed);
    } else if (known.mains == Mains::online && known.is_battery_told) {
        known.is_battery_told = false;
        work.notify(online, feed);
    }
}

void tell_fsd(const Work& work, FeedIndex feed, bool is_there) {
    FeedState& known = work.feed(feed);
    if (is_there && !known.is_fsd_told) work.notify(fsd, feed);
    known.is_fsd_told = is_there;
}

/// One word came or went.
void change(const Work& work, FeedIndex feed, Word word, bool is_there) {
    work.actions.emplace_back(action::Change{feed, word, is_there});
    FeedState& known = work.feed(feed);
    if (word == Word::fsd) return tell_fsd(work, feed, is_there);
    if (word == Word::rb) {
        known.next_replace.reset();
        if (is_there) known.next_replace = work.now() + work.settings().replace_warn;
    }
    if (word == Word::alarm && is_there) return;  // told with its text
    const WordRow& row = word_rows()[static_cast<std::size_t>(word)];
    if (const auto type = is_there ? row.appears : row.vanishes) work.notify(*type, feed);
}

void take_words(const Work& work, FeedIndex feed, Words words) {
    const Words before = work.feed(feed).words;
    work.feed(feed).words = words;
    const std::uint32_t changed = before.bits ^ words.bits;
    for (std::size_t i = 0; i < word_rows().size(); ++i)
        if ((changed >> i & 1U) != 0)
            change(work, feed, static_cast<Word>(i), words.has(static_cast<Word>(i)));
}

void take_alarm(const Work& work, FeedIndex feed, std::string_view text) {
    FeedState& known = work.feed(feed);
    const std::uint64_t hash = known.words.has(Word::alarm) ? ihash(text) | 1U : 0;
    if (hash == known.alarm) return;
    known.alarm = hash;
    if (hash != 0) work.notify(alarm, feed, printable(text));
}

void take_others(const Work& work, FeedIndex feed, const std::string& others) {
    FeedState& known = work.feed(feed);
    const std::uint64_t hash = hash_of_words(others);
    if (hash == known.others) return;
    known.others = hash;
    if (hash == 0) return work.notify(notother, feed);
    work.notify(other, feed, printable(others));
}

void take_beat(const Work& work, FeedIndex feed, Words before) {
    FeedState& known = work.feed(feed);
    const bool tick = known.words.has(Word::tick);
    const bool tock = known.words.has(Word::tock);
    const bool same = tick == before.has(Word::tick) && tock == before.has(Word::tock);
    if ((!tick && !tock) || same) return;
    known.last_beat = work.now();
    if (known.is_beat_missing) work.notify(beat, feed);
    known.is_beat_missing = false;
}

/// A forced shutdown that stood before we came, and no outage: left over, unless a shutdown of this
/// host stands too.
void doubt_old_fsd(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    if (!known.words.has(Word::fsd) || known.mains == Mains::battery ||
        work.settings().stale_fsd == StaleFsd::obey || work.state.causes.any() ||
        work.state.phase != Phase::watching)
        return;
    known.fsd_doubt_since = work.now();
    work.log(LogLevel::warning, "a forced shutdown stands from before this program started, and "
                                "the UPS is not on battery: not obeyed");
    if (work.settings(feed).role == Role::primary)
        work.actions.emplace_back(action::ClearFsd{feed});
}

void take_numbers(const Work& work, const event::Reading& reading) {
    FeedState& known = work.feed(reading.feed);
    const bool is_full = reading.charge && *reading.charge >= work.settings().full_charge;
    known.is_doubtful =
        known.words.has(Word::test) || (is_full && reading.runtime && *reading.runtime <= 0);
    known.charge = -1;
    if (reading.charge && *reading.charge >= 0.0 && *reading.charge <= 1000.0)
        known.charge = static_cast<std::int16_t>(std::lround(*reading.charge));
    known.runtime = reading.runtime.value_or(-1);
}

void start_or_stop(std::optional<Instant>& since, bool holds, Instant now) {
    if (!holds) return since.reset();
    if (!since) since = now;
}

void take_durations(const Work& work, FeedState& known) {
    const bool is_low =
        known.mains == Mains::battery && known.words.has(Word::lb) && !known.words.has(Word::cal);
    start_or_stop(known.low_since, is_low, work.now());
    start_or_stop(known.off_since, known.words.has(Word::off), work.now());
    start_or_stop(known.over_since, known.words.has(Word::over), work.now());
    if (!known.words.has(Word::fsd) && known.latch == Latch::stuck) known.latch = Latch::none;
    if (!known.words.has(Word::fsd) || known.mains == Mains::battery) known.fsd_doubt_since.reset();
}

/// Why a status is no sign of life; none: it is one.
std::optional<Loss> loss_in(const ParsedStatus& parsed, bool is_seen) {
    if (parsed.is_empty || parsed.words.has(Word::nocomm)) return Loss::stale;
    const bool is_ordered = is_seen && parsed.words.has(Word::fsd);
    if (parsed.words.has(Word::wait) && !parsed.mains && !is_ordered) return Loss::driver;
    return std::nullopt;
}

}  // namespace

void take_reading(const Work& work, const event::Reading& reading) {
    const ParsedStatus parsed = parse_status(reading.status, reading.buzzwords);
    FeedState& known = work.feed(reading.feed);
    if (const auto loss = loss_in(parsed, known.is_seen))
        return lose_contact(work, reading.feed, *loss);
    have_contact(work, reading.feed);
    const Words before = known.words;
    take_mains(work, reading.feed, parsed);
    take_words(work, reading.feed, parsed.words);
    take_alarm(work, reading.feed, reading.alarm);
    take_others(work, reading.feed, parsed.others);
    take_beat(work, reading.feed, before);
    take_numbers(work, reading);
    if (!known.is_seen) doubt_old_fsd(work, reading.feed);
    known.is_seen = true;
    take_durations(work, known);
}

void forget_fsd(const Work& work, FeedIndex feed) {
    FeedState& known = work.feed(feed);
    known.fsd_doubt_since.reset();
    known.is_fsd_told = false;
    if (!known.words.has(Word::fsd)) return;
    Words words = known.words;
    words.bits &= ~(1U << static_cast<unsigned>(Word::fsd));
    take_words(work, feed, words);
}

}  // namespace ups::upsmon
