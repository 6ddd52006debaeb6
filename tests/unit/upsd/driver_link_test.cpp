// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/driver_link.hpp"

#include "server/upsd/driver_value.hpp"
#include "tests/support/splits.hpp"
#include "tests/unit/upsd/engine_world.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace ups::upsd::testing {
namespace {

using namespace std::chrono_literals;

struct ValueCase {
    const char* name;
    std::string_view line;
    std::string_view value;
    Escaping escaping;
};

class DriverValueOf : public ::testing::TestWithParam<ValueCase> {};

TEST_P(DriverValueOf, TheLine) {
    Tokenizer tokenizer;
    const LineWords words = tokenizer.split(GetParam().line);
    const DriverValue value = driver_value(GetParam().line, words);
    EXPECT_EQ(value.text, GetParam().value);
    EXPECT_EQ(value.escaping, GetParam().escaping);
}

constexpr ValueCase kValues[] = {
    {"Plain", R"(SETINFO a "b c")", "b c", Escaping::proper},
    {"Bare", R"(SETINFO a b)", "b", Escaping::proper},
    {"Empty", R"(SETINFO a "")", "", Escaping::proper},
    {"TrailingBlank", "SETINFO a \"b\" \r", "b", Escaping::proper},
    {"Escaped", R"(SETINFO a "b\"c")", R"(b"c)", Escaping::ambiguous},
    {"QuoteInside", R"(SETINFO a "b"c")", R"(b"c)", Escaping::missing},
    {"QuoteAtEnd", R"(SETINFO a "b"")", R"(b")", Escaping::missing},
    {"QuoteAtStart", R"(SETINFO a ""b")", R"("b)", Escaping::missing},
    {"Hash", R"(SETINFO a "b#c")", "b#c", Escaping::missing},
    {"HashBehindQuote", R"(SETINFO a "b" #c")", R"(b" #c)", Escaping::missing},
    {"Backslash", R"(SETINFO a "C:\x")", R"(C:\x)", Escaping::missing},
    {"BackslashAtEnd", R"(SETINFO a "C:\")", R"(C:\)", Escaping::missing},
    {"NoClosingQuote", R"(SETINFO a "b)", "b", Escaping::missing},
};
INSTANTIATE_TEST_SUITE_P(All, DriverValueOf, ::testing::ValuesIn(kValues),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(DriverLink, UnderstandsTheSameHoweverTheBytesArrive) {
    constexpr std::string_view kInput = "SETINFO ups.status \"OL\"\nSETINFO ups.id \"a\"b\"\n"
                                        "FOO\nSETFLAGS ups.id RW STRING\nADDCMD load.off\r\n\n"
                                        "DATAOK\nDUMPDONE\nSETINFO ups.load 1";
    test::for_every_split(kInput, [&](const test::Chunks& chunks) {
        World world(settings_with({"alpha"}));
        FakeDriver& driver = world.driver("alpha");
        for (const std::string_view chunk : chunks)
            driver.say(chunk);
        const Ups& alpha = *world.engine.registry().find("alpha");
        EXPECT_EQ(alpha.state.list_var(),
                  "VAR alpha ups.id \"a\\\"b\"\nVAR alpha ups.status \"OL\"\n");
        EXPECT_EQ(alpha.state.list_rw(), "RW alpha ups.id \"a\\\"b\"\n");
        EXPECT_EQ(alpha.link.availability(), Availability::ready);
        EXPECT_TRUE(alpha.link.is_dump_done());
    });
}

TEST(DriverLink, ThrowsAwayALineWithoutEnd) {
    World world(settings_with({"alpha"}));
    FakeDriver& driver = world.driver("alpha");
    for (int i = 0; i < 20; ++i)
        driver.say(std::string(10000, 'x'));
    driver.say("\nSETINFO a b\n");
    EXPECT_EQ(world.engine.registry().find("alpha")->state.list_var(),
              "VAR alpha a \"b\"\nVAR alpha ups.status \"WAIT\"\n");
}

TEST(DriverLink, TakesNoPartOfALineThatIsTooLong) {
    for (const std::size_t chunk : {std::size_t{1000}, std::size_t{2} * kMaxLine}) {
        World world(settings_with({"alpha"}));
        FakeDriver& driver = world.driver("alpha");
        const std::string line = "SETINFO a \"" + std::string(kMaxLine, 'x') + "\"\n";
        for (std::size_t at = 0; at < line.size(); at += chunk)
            driver.say(std::string_view(line).substr(at, chunk));
        driver.say("SETINFO b c\n");
        EXPECT_EQ(world.engine.registry().find("alpha")->state.list_var(),
                  "VAR alpha b \"c\"\nVAR alpha ups.status \"WAIT\"\n");
    }
}

TEST(DriverLink, ForgetsHalfALineWithItsConnection) {
    World world(settings_with({"alpha"}));
    for (const std::string& half : {std::string("SETINFO a"), std::string(2 * kMaxLine, 'x')}) {
        world.driver("alpha").say(half);
        world.drivers.clear();
        world.driver("alpha").say("SETINFO b c\n");
        EXPECT_EQ(world.engine.registry().find("alpha")->state.list_var(),
                  "VAR alpha b \"c\"\nVAR alpha ups.status \"WAIT\"\n");
        world.drivers.clear();
    }
}

TEST(DriverLink, TakesOnlyLengthsThatMakeSense) {
    World world(settings_with({"alpha"}));
    FakeDriver& driver = world.driver("alpha");
    driver.say("SETINFO a b\nSETAUX a 20\nSETAUX a -1\nSETAUX a x\n");
    const vars::UpsState& state = world.engine.registry().find("alpha")->state;
    EXPECT_EQ(state.length(state.find("a")), 20U);
    driver.say("SETAUX a 4294967301\n");
    EXPECT_EQ(state.length(state.find("a")), 0x7FFFFFFFU);
}

TEST(DriverLink, SaysOnceAConnectionThatALineIsIgnored) {
    World world(settings_with({"alpha"}));
    FakeDriver& driver = world.driver("alpha");
    driver.say("FOO " + std::string(200, 'x') + "\nBAR\n");
    const auto about = [&world](std::string_view text) {
        return std::ranges::count_if(world.sink.lines(), [&](const std::string& line) {
            return line.starts_with(text) && line.find("driver.ignored") != std::string::npos;
        });
    };
    EXPECT_EQ(about("info"), 1);
    EXPECT_EQ(about("debug"), 1);
    EXPECT_FALSE(world.sink.contains(std::string(100, 'x')));
}

TEST(DriverLink, TakesNothingFromTheLineBeforeOneThatIsTooShort) {
    World world(settings_with({"alpha"}));
    FakeDriver& driver = world.driver("alpha");
    for (const std::string_view line :
         {"", "SETINFO", "SETINFO \"y", "SETINFO ups.id", "SETAUX ups.id", "ADDENUM ups.id",
          "ADDRANGE ups.id 1", "DELINFO", "ADDCMD"})
        driver.say(std::string("SETINFO ups.id x\n").append(line).append("\n"));
    driver.say("DELINFO ups.id\n\nSETINFO ups.id x\nADDRANGE ups.id 1 2\nDELRANGE ups.id 1\n"
               "ADDENUM ups.id x\nDELENUM ups.id\nADDCMD a\nDELCMD\n");
    const Ups& alpha = *world.engine.registry().find("alpha");
    EXPECT_EQ(alpha.state.list_var(), "VAR alpha ups.id \"x\"\nVAR alpha ups.status \"WAIT\"\n");
    const auto id = alpha.state.find("ups.id");
    EXPECT_EQ(alpha.state.ranges(id).size(), 1U);
    EXPECT_EQ(alpha.state.enums(id).size(), 1U);
    EXPECT_EQ(alpha.state.length(id), 0U);
    EXPECT_EQ(alpha.state.list_cmd(), "CMD alpha a\n");
}

TEST(DriverLink, HasADeadlineOnlyWhileConnected) {
    World world(settings_with({"alpha"}));
    const Ups& alpha = *world.engine.registry().find("alpha");
    EXPECT_EQ(alpha.link.deadline(), std::nullopt);
    world.driver("alpha");
    EXPECT_EQ(alpha.link.deadline(), world.clock.now() + 5s);
    world.drivers.clear();
    EXPECT_EQ(alpha.link.deadline(), std::nullopt);
}

TEST(DriverLink, DoesNotSpinWithAVeryShortMaxage) {
    Settings settings = settings_with({"alpha"});
    settings.max_age = 1s;
    World world(settings);
    FakeDriver& driver = world.driver("alpha");
    driver.heard.clear();
    world.pass(10s);
    EXPECT_LE(driver.heard.size(), std::string_view("PING\n").size() * 11);
}

TEST(DriverLink, SaysInTheLogWhenDataGoesStaleAndComesBack) {
    World world(settings_with({"alpha"}));
    FakeDriver& driver = world.driver("alpha");
    driver.say("DATAOK\nDUMPDONE\n");
    world.pass(16s);
    EXPECT_TRUE(world.sink.contains("Data for UPS [alpha] is stale - check driver"));
    driver.say("PONG\n");
    EXPECT_TRUE(world.sink.contains("UPS [alpha] data is no longer stale"));
}

}  // namespace
}  // namespace ups::upsd::testing
