// SPDX-License-Identifier: Apache-2.0
// Whole device dumps through the plugin, compared with a second, independent reading of the files.
#include "dummy_plugin.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <vector>

namespace ups::dummy::testing {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string content(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> dumps_in(const fs::path& folder) {
    std::vector<fs::path> found;
    if (!fs::is_directory(folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".dev") found.push_back(entry.path());
    return found;
}

// The value as a client of the dumped device saw it: "name: value", less a remark of the library.
std::map<std::string, std::string> expected_of(const std::string& text) {
    static const std::regex variable("([A-Za-z0-9._-]+):(?: |(?=\\t)|$)(.*)");
    static const std::regex remark("[ \t]*#(BAD|COMMENT)([: \t].*)?$");
    std::map<std::string, std::string> made;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (line.starts_with('#') || !std::regex_match(line, found, variable)) continue;
        made[found[1]] = std::regex_replace(found[2].str(), remark, "");
    }
    return made;
}

std::multimap<std::string, std::string> listed(const std::string& text, const char* pattern) {
    const std::regex annotation(pattern);
    std::multimap<std::string, std::string> made;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (std::regex_search(line, found, annotation))
            made.emplace(found[1], found[found.size() - 1]);
    }
    return made;
}

void check_values(const Playing& playing, const std::map<std::string, std::string>& expected) {
    for (const auto& [name, value] : expected)
        EXPECT_EQ(playing.value(name), value) << name;
}

void check_annotations(const Playing& playing, const std::string& text) {
    for (const auto& [command, unused] : listed(text, "^#CMD:([^ \t#]+)"))
        EXPECT_TRUE(playing.host.commands.contains(command)) << command;
    for (const auto& [name, value] : listed(text, "^#RW:([^:]+):ENUM:\"([^\"]*)\"")) {
        if (!playing.host.vars.contains(name)) continue;
        const auto& enums = playing.host.vars.at(name).enums;
        EXPECT_TRUE(std::find(enums.begin(), enums.end(), value) != enums.end()) << name;
    }
    for (const auto& [name, max] : listed(text, "^#RW:([^:]+):RANGE:\"[^\"]*\" \"([^\"]*)\"")) {
        if (!playing.host.vars.contains(name)) continue;
        const auto& ranges = playing.host.vars.at(name).ranges;
        EXPECT_TRUE(std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
            return range.second == max;
        })) << name;
    }
    for (const auto& [name, unused] : listed(text, "^#RW:([^:]+):(STRING|ENUM|RANGE)")) {
        if (!playing.host.vars.contains(name)) continue;
        EXPECT_TRUE((playing.host.vars.at(name).flags & UPSDRV_VAR_RW) != 0) << name;
    }
}

// Returns how many values were compared.
std::size_t check_dump(const fs::path& path) {
    SCOPED_TRACE(path.filename().string());
    const std::string text = content(path);
    const auto expected = expected_of(text);
    Playing playing(text);
    EXPECT_EQ(playing.opened, UPSDRV_OK);
    check_values(playing, expected);
    check_annotations(playing, text);
    EXPECT_EQ(playing.host.problems, std::vector<std::string>());
    EXPECT_TRUE(playing.host.logs.empty()) << playing.host.logs.front().second;
    playing.wait_ms(2000);
    check_values(playing, expected);
    return expected.size();
}

TEST(Dumps, OfTheTreeComeOutValueForValue) {
    const auto files =
        dumps_in(fs::path(environment("UPS_SOURCE_ROOT")) / "plugins/dummy/tests/devices");
    ASSERT_GE(files.size(), 12u);
    for (const auto& file : files)
        EXPECT_GE(check_dump(file), 5u);
}

TEST(Dumps, ASequenceOfTheTreePlaysRoundAfterRound) {
    const fs::path path =
        fs::path(environment("UPS_SOURCE_ROOT")) / "plugins/dummy/tests/devices/outage.seq";
    Playing playing(content(path), "outage.seq");
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(playing.value("ups.status"), "OL") << round;
        EXPECT_EQ(playing.value("ups.alarm"), "(absent)") << round;
        playing.wait_ms(30'000);
        EXPECT_EQ(playing.value("ups.status"), "OB DISCHRG") << round;
        playing.wait_ms(20'000);
        EXPECT_EQ(playing.value("ups.status"), "ALARM OB DISCHRG LB") << round;
        playing.wait_ms(20'000);
        EXPECT_EQ(playing.value("ups.status"), "OL CHRG") << round;
        playing.wait_ms(20'000);
        playing.wait_ms(1000);
    }
    EXPECT_TRUE(playing.host.logs.empty());
}

TEST(Dumps, OfTheDeviceLibraryComeOutValueForValue) {
    const std::string configured = environment("UPS_DDL_DIR");
    const fs::path folder = configured.empty()
                                ? fs::path(environment("UPS_SOURCE_ROOT")) / "../shared/data/ddl"
                                : fs::path(configured);
    const auto files = dumps_in(folder);
    if (files.empty())
        GTEST_SKIP() << "no device dumps in " << folder << " (UPS_DDL_DIR names another folder)";
    std::size_t values = 0;
    for (const auto& file : files)
        values += check_dump(file);
    std::cout << files.size() << " dumps, " << values << " values\n";
    EXPECT_GE(values, files.size());
}

}  // namespace
}  // namespace ups::dummy::testing
