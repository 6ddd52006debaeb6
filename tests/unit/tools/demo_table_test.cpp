// SPDX-License-Identifier: Apache-2.0
#include "tools/dev/demo-table/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ups::demo {
namespace {

using namespace std::chrono_literals;

Table two_upses() {
    Table table;
    table.add("rack1");
    table.add("rack2");
    table.set("rack1", "ups.status", "OL CHRG", 0s);
    table.set("rack1", "battery.charge", "50", 0s);
    table.set("rack1", "battery.runtime", "3725", 0s);
    table.set("rack1", "ups.load", "23.4", 0s);
    table.set("rack1", "input.voltage", "230.1", 0s);
    table.set("rack1", "ups.model", "X-1500", 0s);
    return table;
}

TEST(DemoTable, ShowsOneLinePerUps) {
    EXPECT_EQ(two_upses().text(Colours::none),
              "UPS         STATUS          CHARGE             RUNTIME   LOAD  INPUT  MODEL\n"
              "rack1       OL CHRG         [#####.....]  50%    1h02m    23%   230V  X-1500\n"
              "rack2                                       -        -      -      -  \n"
              "\n\n\n\n\n\n\n\n\n");
}

TEST(DemoTable, HasTheHeightItSays) {
    const Table table = two_upses();
    const std::string text = table.text(Colours::ansi);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), table.height());
}

TEST(DemoTable, StaysWithin80ColumnsWhateverTheValues) {
    Table table;
    const std::string endless(500, 'W');
    table.add(endless);
    for (const char* name : {"ups.status", "ups.model", "battery.charge", "ups.load"})
        table.set(endless, name, endless, 0s);
    for (const char* name : {"battery.runtime", "input.voltage", "battery.charge", "ups.load"})
        table.set(endless, name, "99999", 0s);
    table.set(endless, "ups.status", "\x1b[2J\xff" + endless, 1h);
    const std::string text = table.text(Colours::none);
    for (const std::string_view line : split_at(text, '\n')) {
        EXPECT_LE(line.size(), Table::kWidth) << line;
        EXPECT_EQ(line.find('\x1b'), line.npos);
    }
}

TEST(DemoTable, ShowsNumbersBeyondEveryIntegerAsFull) {
    Table table;
    table.add("rack1");
    const std::string huge(30, '9');
    table.set("rack1", "battery.charge", huge, 0s);
    table.set("rack1", "battery.runtime", huge, 0s);
    const std::string text = table.text(Colours::none);
    EXPECT_NE(text.find("[##########]"), text.npos) << text;
    EXPECT_EQ(text.find("0m00s"), text.npos) << text;
    EXPECT_NE(text.find(" ******* "), text.npos) << text;
}

TEST(DemoTable, TellsChangesOfTheStatusAsNews) {
    Table table = two_upses();
    table.set("RACK1", "UPS.STATUS", "OB DISCHRG", 2500ms);
    EXPECT_EQ(table.latest_news(), "   2.500 s  rack1       OL CHRG -> OB DISCHRG");
    EXPECT_EQ(table.value("rack1", "ups.status"), "OB DISCHRG");
    table.set("rack1", "battery.charge", "49", 3s);
    EXPECT_TRUE(table.latest_news().starts_with("   2.500 s"));
}

TEST(DemoTable, ShowsStaleInPlaceOfAnOldStatus) {
    Table table = two_upses();
    table.set_stale("rack1", true, 1s);
    EXPECT_NE(table.text(Colours::none).find("rack1       stale  "), std::string::npos);
    EXPECT_EQ(table.latest_news(), "   1.000 s  rack1       no fresh data");
    table.set_stale("rack1", false, 2s);
    EXPECT_NE(table.text(Colours::none).find("rack1       OL CHRG"), std::string::npos);
}

TEST(DemoTable, KeepsTheLatestNewsOnly) {
    Table table = two_upses();
    for (int i = 0; i < 20; ++i)
        table.set("rack1", "ups.status", i % 2 == 0 ? "OB" : "OL", std::chrono::seconds(i));
    EXPECT_EQ(table.text(Colours::none).find("   0.000 s"), std::string::npos);
    EXPECT_NE(table.text(Colours::none).find("  12.000 s"), std::string::npos);
    EXPECT_NE(table.text(Colours::none).find("  19.000 s"), std::string::npos);
}

TEST(DemoTable, IgnoresUnknownUpses) {
    Table table = two_upses();
    const std::string before = table.text(Colours::none);
    table.set("other", "ups.status", "OB", 1s);
    table.set_stale("other", true, 1s);
    table.remove("other", "ups.status");
    EXPECT_EQ(table.text(Colours::none), before);
}

}  // namespace
}  // namespace ups::demo
