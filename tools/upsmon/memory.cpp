// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/memory.hpp"

#include <algorithm>
#include <array>
#include <sys/mman.h>
#include <type_traits>
#include <unistd.h>

namespace ups::upsmon {
namespace {

struct Record {
    std::uint64_t monitor = 0;
    std::uint32_t words = 0;
    std::uint32_t mains = 0;
    std::uint64_t check = 0;
};
static_assert(sizeof(Record) == 24 && std::is_trivially_copyable_v<Record>);

/// Not against anybody, but against a record that was half written.
std::uint64_t check_of(const Record& record) {
    std::uint64_t sum = 0x5ca1'ab1e'0ddb'a11ULL;
    for (const std::uint64_t part :
         {record.monitor, std::uint64_t{record.words} << 32U | std::uint64_t{record.mains}})
        sum = (sum ^ part) * 0xbf58'476d'1ce4'e5b9ULL;
    return sum;
}

Record record_of(const Remembered& known) {
    Record record{known.monitor, known.words.bits, static_cast<std::uint32_t>(known.mains), 0};
    record.check = check_of(record);
    return record;
}

std::optional<Remembered> known_of(const Record& record) {
    constexpr auto kWords = (std::uint32_t{1} << (static_cast<unsigned>(Word::hb) + 1U)) - 1U;
    if (record.check != check_of(record) || (record.words & ~kWords) != 0 ||
        record.mains > static_cast<std::uint32_t>(Mains::aside))
        return std::nullopt;
    return Remembered{record.monitor, Words{record.words}, static_cast<Mains>(record.mains)};
}

}  // namespace

Fd Memory::make() {
    return Fd(::memfd_create("upsmon", MFD_CLOEXEC));
}

std::vector<Remembered> Memory::read() const {
    std::vector<Remembered> found;
    Record record;
    for (std::size_t i = 0; file_ && i < kMost; ++i) {
        const auto at = static_cast<off_t>(i * sizeof record);
        if (::pread(file_.get(), &record, sizeof record, at) != sizeof record) break;
        if (const auto known = known_of(record)) found.push_back(*known);
    }
    return found;
}

void Memory::keep(const State& state) {
    if (!file_) return;
    const std::size_t count = std::min(state.feeds.size(), kMost);
    if (kept_.size() != count) {
        (void)!::ftruncate(file_.get(), static_cast<off_t>(count * sizeof(Record)));
        kept_.resize(count);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto known = remembered(state, static_cast<FeedIndex>(i));
        if (known == kept_[i]) continue;
        kept_[i] = known;
        const Record record = known ? record_of(*known) : Record{};
        (void)!::pwrite(file_.get(), &record, sizeof record, static_cast<off_t>(i * sizeof record));
    }
}

}  // namespace ups::upsmon
