// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/nut_conf.hpp"
#include "conf/parse/ups_conf.hpp"
#include "conf/parse/upsd_conf.hpp"
#include "conf/parse/upsd_users.hpp"
#include "conf/parse/upsmon_conf.hpp"
#include "conf/parse/upssched_conf.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace ups::conf {
namespace {

/// The text of a sample; `active` also takes "#" from the lines that show a directive ("#WORD", "#    word").
std::string sample(const std::string& name, bool active) {
    const char* root = std::getenv("UPS_SOURCE_ROOT");
    const auto text = read_file(join_path(root != nullptr ? root : ".", "conf/samples/" + name));
    EXPECT_TRUE(text) << name;
    if (!text) return {};
    std::string result;
    for (std::string_view line : split_at(*text, '\n')) {
        const bool shows = line.starts_with('#') && line.size() > 1 && !line.starts_with("# ") &&
                           line.find_first_not_of(" ") == 0;
        const bool indented = line.starts_with("#    ");
        if (active && (shows || indented)) line.remove_prefix(1);
        result += std::string(line) + "\n";
    }
    return result;
}

class Samples : public testing::TestWithParam<bool> {};

TEST_P(Samples, AreReadWithoutAWord) {
    const bool active = GetParam();
    const auto ups = parse_ups_conf(sample("ups.conf", active), "ups.conf");
    EXPECT_EQ(texts(ups.problems), "");
    EXPECT_EQ(ups.value.ups.size(), active ? 4U : 0U);
    const auto upsd = parse_upsd_conf(sample("upsd.conf", active), "upsd.conf");
    EXPECT_EQ(texts(upsd.problems), "");
    EXPECT_EQ(upsd.value.listen.size(), active ? 3U : 2U);
    const auto users = parse_upsd_users(sample("upsd.users", active), "upsd.users");
    EXPECT_EQ(texts(users.problems), "");
    EXPECT_EQ(users.value.users.size(), active ? 4U : 0U);
    const auto monitor = parse_upsmon_conf(sample("upsmon.conf", active), "upsmon.conf");
    EXPECT_EQ(texts(monitor.problems), "");
    EXPECT_EQ(monitor.value.monitors.size(), active ? 3U : 1U);
    EXPECT_EQ(monitor.value.rules.size(), active ? 3U : 0U);
    EXPECT_EQ(monitor.value.wake.size(), active ? 3U : 0U);
    const auto timers = parse_upssched_conf(sample("upssched.conf", active), "upssched.conf");
    EXPECT_EQ(texts(timers.problems), "");
    EXPECT_EQ(timers.value.at.size(), active ? 6U : 0U);
    EXPECT_EQ(texts(parse_nut_conf(sample("nut.conf", false), "nut.conf").problems), "");
}

INSTANTIATE_TEST_SUITE_P(Samples, Samples, testing::Bool(), [](const auto& tested) {
    return tested.param ? "with_everything_switched_on" : "as_they_are";
});

}  // namespace
}  // namespace ups::conf
