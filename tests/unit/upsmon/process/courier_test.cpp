// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/courier.hpp"
#include "tools/upsmon/guardian.hpp"
#include "tools/upsmon/local_courier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using testing::ElementsAre;

TEST(CourierPacket, GivesBackWhatWasPutIn) {
    for (const Message& message :
         {Message{0, "", "", ""},
          Message{12, "ONBATT", "su700@localhost", "on battery; \"%s\" \\", "web1",
                  "2026-11-21T17:00:00Z", "OB DISCHRG", "87", "1200"}})
        EXPECT_EQ(from_packet(to_packet(message)), message);
}

TEST(CourierPacket, CutsWhatIsTooLong) {
    const std::string packet = to_packet({.ways = 8,
                                          .type = "ALARM",
                                          .ups = "u",
                                          .text = std::string(10000, 'x'),
                                          .status = std::string(10000, 'y')});
    EXPECT_EQ(packet.size(), kMaxPacket);
    ASSERT_TRUE(from_packet(packet));
    EXPECT_EQ(from_packet(packet)->ups, "u");
}

TEST(CourierPacket, NoTextCanPretendToBeAnotherField) {
    const auto back = from_packet(
        to_packet({.ways = 8, .type = "ALARM", .ups = std::string("u\0v", 3), .text = "t"}));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->ups, "u");
    EXPECT_EQ(back->text, "t");
}

TEST(CourierPacket, RefusesAnythingElse) {
    using namespace std::string_view_literals;
    for (const std::string_view bytes :
         {""sv, "N"sv, "R"sv, "N\1"sv, "N\1x"sv, "N\1\0a\0b"sv, "N\1\0a\0b\0c\0d\0e\0f\0g"sv,
          "N\1\0a\0b\0c\0d\0e\0f\0g\0h\0i"sv, "X\1\0a\0b\0c\0d\0e\0f\0g\0h"sv})
        EXPECT_FALSE(from_packet(bytes)) << testing::PrintToString(bytes);
}

TEST(CommandPacket, GivesBackWhatWasPutIn) {
    const RuleCommand command{"lab-off", "echo \"$HOME\" > /x; true"};
    const auto packet = to_packet(command);
    ASSERT_TRUE(packet);
    EXPECT_EQ(command_from_packet(*packet), command);
    EXPECT_FALSE(from_packet(*packet)) << "it is no notification";
}

TEST(CommandPacket, IsNeverCutOrMisread) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(to_packet(RuleCommand{"r", std::string(kMaxPacket, 'x')}));
    EXPECT_TRUE(to_packet(RuleCommand{"r", std::string(kMaxPacket - 3, 'x')}));
    for (const std::string_view bytes : {""sv, "X"sv, "R"sv, "Xr"sv, "Xr\0a\0b"sv, "Nr\0a"sv})
        EXPECT_FALSE(command_from_packet(bytes)) << testing::PrintToString(bytes);
}

TEST(NotifyWords, OneWordIsForTheShellAndTheTextIsNot) {
    EXPECT_THAT(notify_words({"mail -s x"}, "a; $(b)"),
                ElementsAre("/bin/sh", "-c", "mail -s x \"$1\"", "upsmon", "a; $(b)"));
    EXPECT_THAT(notify_words({"/bin/x", "-y"}, "text"), ElementsAre("/bin/x", "-y", "text"));
}

TEST(Verbs, AnyOtherByteIsNone) {
    int known = 0;
    for (int byte = 0; byte < 256; ++byte)
        if (verb_of(static_cast<char>(byte))) ++known;
    EXPECT_EQ(known, 7);
    EXPECT_EQ(verb_of('S'), Verb::shut_down);
}

}  // namespace
}  // namespace ups::upsmon
