// SPDX-License-Identifier: Apache-2.0
#include "conf/schema/row.hpp"

#include "conf/parse/ups_conf.hpp"
#include "conf/parse/upsd_conf.hpp"
#include "conf/parse/upsd_users.hpp"
#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ups::conf {
namespace {

constexpr File kFiles[] = {File::ups_conf, File::upsd_conf, File::upsd_users, File::nut_conf,
                           File::upsmon_conf, File::upssched_conf};

TEST(Schema, EveryRowIsCompleteAndFindsItself) {
    for (const File file : kFiles) {
        std::set<std::pair<Section, std::string_view>> seen;
        for (const Row& row : rows(file)) {
            EXPECT_TRUE(seen.emplace(row.section, row.name).second) << row.name << " is there twice";
            EXPECT_FALSE(row.help.empty()) << row.name;
            EXPECT_TRUE(row.help.ends_with('.')) << row.name;
            EXPECT_EQ(row.choices.empty(), row.type != Type::choice) << row.name;
            const bool alone = row.type == Type::flag || row.type == Type::obsolete;
            EXPECT_EQ(row.arguments.empty(), alone) << row.name;
            const std::string name = std::string(row.name) + (row.has(kPrefix) ? "x" : "");
            EXPECT_EQ(find_row(file, row.section, name), &row) << row.name;
        }
    }
}

TEST(Schema, DriverOptionsNameTheirFamily) {
    for (const Row& row : driver_option_rows()) {
        EXPECT_TRUE(row.has(kDriver));
        EXPECT_FALSE(row.family.empty()) << row.name;
        EXPECT_FALSE(row.help.empty()) << row.name;
        EXPECT_EQ(find_row(File::ups_conf, Section::device, row.name), &row) << row.name;
    }
}

/// A value that fits the row.
std::string sample_value(const Row& row) {
    switch (row.type) {
    case Type::flag:
    case Type::boolean: return "yes";
    case Type::integer:
    case Type::seconds: return std::to_string(row.least);
    case Type::choice: return std::string(row.choices.substr(0, row.choices.find(' ')));
    case Type::mode: return "0660";
    case Type::words: return "x y";
    case Type::decimal: return "1";
    case Type::text:
    case Type::path:
    case Type::listen:
    case Type::obsolete: return "x";
    }
    return "x";
}

TEST(Schema, EveryRowOfUpsConfIsAcceptedWithAGoodValue) {
    for (const Row& row : rows(File::ups_conf)) {
        if (row.type == Type::obsolete) continue;
        const std::string line = std::string(row.name) + (row.has(kPrefix) ? "x" : "") + " = " +
                                 sample_value(row) + "\n";
        const std::string text = row.section == Section::global
                                     ? line
                                     : "[a]\ndriver = d\nport = p\n" + line;
        EXPECT_EQ(texts(parse_ups_conf(text, "f").problems), "") << line;
    }
}

TEST(Schema, EveryRowOfUpsdConfIsAcceptedWithAGoodValue) {
    for (const Row& row : rows(File::upsd_conf)) {
        if (row.type == Type::obsolete) continue;
        const std::string line = std::string(row.name) + " " + sample_value(row) + "\n";
        EXPECT_EQ(texts(parse_upsd_conf(line, "f").problems), "") << line;
    }
}

TEST(Schema, EveryRowOfUpsdUsersIsAcceptedWithAGoodValue) {
    for (const Row& row : rows(File::upsd_users)) {
        if (row.type == Type::obsolete) continue;
        const std::string password = row.name == "password" ? "" : "password = p\n";
        const std::string line = std::string(row.name) + " = " + sample_value(row) + "\n";
        EXPECT_EQ(texts(parse_upsd_users("[u]\n" + password + line, "f").problems), "") << line;
    }
}

/// A numeric directive is refused one beyond each end of its range, in whichever file it is.
TEST(Schema, NumbersAreRefusedBeyondTheirRange) {
    for (const Row& row : rows(File::upsd_conf)) {
        if (row.type != Type::integer && row.type != Type::seconds) continue;
        for (const std::int64_t bad : {row.least - 1, row.most + 1})
            EXPECT_FALSE(parse_upsd_conf(std::string(row.name) + " " + std::to_string(bad), "f").ok())
                << row.name << " " << bad;
    }
    for (const Row& row : rows(File::ups_conf)) {
        if (row.type != Type::integer && row.type != Type::seconds) continue;
        const std::string start = row.section == Section::global ? "" : "[a]\ndriver=d\nport=p\n";
        for (const std::int64_t bad : {row.least - 1, row.most + 1})
            EXPECT_FALSE(
                parse_ups_conf(start + std::string(row.name) + "=" + std::to_string(bad), "f").ok())
                << row.name << " " << bad;
    }
}

TEST(Schema, KnowsWhichCaseCounts) {
    EXPECT_EQ(find_row(File::upsd_conf, Section::global, "maxage"), nullptr);
    EXPECT_NE(find_row(File::upsd_conf, Section::global, "Debug_Min"), nullptr);
    EXPECT_NE(find_row(File::ups_conf, Section::global, "STATEPATH"), nullptr);
    EXPECT_EQ(find_row(File::ups_conf, Section::global, "MAXRETRY"), nullptr);
    EXPECT_NE(find_row(File::upsd_users, Section::user, "PASSWORD"), nullptr);
    EXPECT_EQ(find_row(File::ups_conf, Section::device, "default."), nullptr);
}

}  // namespace
}  // namespace ups::conf
