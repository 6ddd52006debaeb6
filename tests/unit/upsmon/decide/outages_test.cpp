// SPDX-License-Identifier: Apache-2.0
// Made-up outages by the thousand, with servers, drivers and networks that fail at random: never a
// shutdown while enough feeds are proven good, always one within DEADTIME and two polls when they are
// not, nobody is counted out unseen, and no nuisance shuts a host down by itself.
#include "site.hpp"

#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>

namespace ups::upsmon::testing {
namespace {

/// Seeds from here on: a long run can be shared by several processes.
std::uint64_t first_seed() {
    const char* wanted = std::getenv("UPS_FIRST_OUTAGE");
    return wanted == nullptr ? 1 : static_cast<std::uint64_t>(std::atoll(wanted));
}

/// UPS_OUTAGES says how many.
std::uint64_t outages_wanted() {
    if (const char* wanted = std::getenv("UPS_OUTAGES"))
        return static_cast<std::uint64_t>(std::atoll(wanted));
    const char* is_long = std::getenv("UPS_LONG_TESTS");
    return is_long != nullptr && std::string_view(is_long) == "1" ? 1'000'000 : 1'500;
}

TEST(Outages, EndWithAShutdownExactlyWhenThereHasToBeOne) {
    const std::uint64_t count = outages_wanted();
    std::uint64_t decided = 0;
    std::uint64_t called_off = 0;
    std::uint64_t committed = 0;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + count; ++seed) {
        const Outcome outcome = run_site(seed, Weather::outages);
        ASSERT_EQ(outcome.failure, "") << "seed " << seed;
        decided += outcome.has_decided ? 1U : 0U;
        called_off += outcome.has_called_off ? 1U : 0U;
        committed += outcome.has_committed ? 1U : 0U;
    }
    std::printf("%llu outages: %llu decisions, %llu called off, %llu shutdowns\n",
                static_cast<unsigned long long>(count), static_cast<unsigned long long>(decided),
                static_cast<unsigned long long>(called_off),
                static_cast<unsigned long long>(committed));
    // All kinds of ends have to occur, or this tests nothing.
    EXPECT_GT(decided, count / 10);
    EXPECT_GT(committed, count / 10);
    EXPECT_LT(committed, count * 9 / 10);
    EXPECT_GT(called_off, count / 200);
}

TEST(Outages, NuisancesAreNone) {
    const std::uint64_t count = outages_wanted();
    for (std::uint64_t seed = first_seed(); seed < first_seed() + count; ++seed)
        ASSERT_EQ(run_site(seed, Weather::nuisances).failure, "") << "seed " << seed;
}

}  // namespace
}  // namespace ups::upsmon::testing
