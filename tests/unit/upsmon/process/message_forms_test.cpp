// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/message_forms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

const Message kOnBattery{32,
                         "ONBATT",
                         "su700@localhost",
                         "on \"battery\"",
                         "web1",
                         "2026-11-21T17:00:00Z",
                         "OB DISCHRG",
                         "87.5",
                         "1200"};

TEST(JsonForm, HasEverythingThatIsKnown) {
    EXPECT_EQ(to_json(kOnBattery),
              R"({"type":"ONBATT","ups":"su700@localhost","host":"web1",)"
              R"("time":"2026-11-21T17:00:00Z","text":"on \"battery\"","status":"OB DISCHRG",)"
              R"("charge":87.5,"runtime":1200})");
}

TEST(JsonForm, LeavesOutWhatIsNot) {
    Message message = kOnBattery;
    message.ups.clear();
    message.status.clear();
    message.charge = "n/a";
    message.runtime.clear();
    EXPECT_EQ(to_json(message), R"({"type":"ONBATT","host":"web1","time":"2026-11-21T17:00:00Z",)"
                                R"("text":"on \"battery\""})");
}

TEST(JsonForm, IsGoodTextWhateverTheBytes) {
    Message message = kOnBattery;
    message.text = "\xff\n\x01";
    EXPECT_THAT(to_json(message), HasSubstr("\"text\":\"\xEF\xBF\xBD\\n\\u0001\""));
}

TEST(MailForm, HasItsHeader) {
    const std::vector<std::string> to{"root", "a@example.org"};
    EXPECT_EQ(to_mail(kOnBattery, to, "ups@example.org"),
              "From: ups@example.org\nTo: root, a@example.org\nSubject: on \"battery\"\n"
              "Auto-Submitted: auto-generated\n\non \"battery\"\n");
}

TEST(MailForm, NoTextAddsAHeader) {
    Message message = kOnBattery;
    message.text = "x\nBcc: all@example.org";
    const std::vector<std::string> to{"root"};
    const std::string mail = to_mail(message, to, "");
    EXPECT_THAT(mail.substr(0, mail.find("\n\n")), Not(HasSubstr("\nBcc")));
}

TEST(JournalForm, NamesUpsAndType) {
    const auto fields = to_journal_fields(kOnBattery);
    EXPECT_THAT(fields, Contains(Pair("MESSAGE", "on \"battery\"")));
    EXPECT_THAT(fields, Contains(Pair("UPS_NAME", "su700@localhost")));
    EXPECT_THAT(fields, Contains(Pair("UPS_NOTIFY_TYPE", "ONBATT")));
    EXPECT_THAT(fields, Contains(Pair("UPS_CHARGE", "87.5")));
    EXPECT_THAT(fields, Contains(Pair("PRIORITY", "5")));
    EXPECT_THAT(to_journal_fields({.type = "FSD"}), Contains(Pair("PRIORITY", "2")));
    EXPECT_THAT(to_journal_fields({.type = "FSD"}), Not(Contains(Key("UPS_NAME"))));
}

TEST(Summary, TellsHowManyAndTheLast) {
    EXPECT_EQ(summary_of(kOnBattery, 1), kOnBattery);
    EXPECT_EQ(summary_of(kOnBattery, 7).text,
              "7 notifications were held back, there were too many; the last: on \"battery\"");
}

}  // namespace
}  // namespace ups::upsmon
