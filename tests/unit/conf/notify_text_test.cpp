// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/notify_text.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

struct Filled {
    const char* name;
    const char* text;
    const char* result;
};
class NotifyText : public testing::TestWithParam<Filled> {};

TEST_P(NotifyText, IsFilledIn) {
    const NotifyFields fields{.ups = "su700@a", .type = "ALARM", .detail = "too hot", .host = "web",
                              .time = "12:00", .status = "OB LB", .charge = "17", .runtime = "60"};
    EXPECT_EQ(fill_notify_text(GetParam().text, fields), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, NotifyText,
    testing::Values(Filled{"plain", "all is well", "all is well"},
                    Filled{"empty", "", ""},
                    Filled{"ups", "UPS %s!", "UPS su700@a!"},
                    Filled{"detail", "%s: %s", "su700@a: too hot"},
                    Filled{"third", "%s %s [%s]", "su700@a too hot []"},
                    Filled{"percent", "100%% of %s", "100% of su700@a"},
                    Filled{"percent_at_the_end", "100%", "100%"},
                    Filled{"other_conversion", "%d", "%d"},
                    Filled{"placeholders", "{host} {ups} {type} {detail} {time} {status} {charge} {runtime}",
                           "web su700@a ALARM too hot 12:00 OB LB 17 60"},
                    Filled{"other_braces", "{nobody} {} {ups", "{nobody} {} {ups"},
                    Filled{"brace_in_brace", "{{ups}}", "{su700@a}"}),
    [](const auto& row) { return row.param.name; });

TEST(NotifyTexts, AreNotReadTwice) {
    const NotifyFields fields{.ups = "{detail}%s", .detail = "{ups}"};
    EXPECT_EQ(fill_notify_text("%s %s", fields), "{detail}%s {ups}");
}

TEST(NotifyTexts, BuiltInOnesAreGood) {
    for (const NotifyTypeRow& row : notify_type_rows()) {
        std::vector<Problem> problems;
        EXPECT_TRUE(check_notify_text(row.text, row, {"f", 1, 1}, problems)) << row.name;
        EXPECT_EQ(texts(problems), "") << row.name;
        EXPECT_EQ(find_notify_type(row.name), row.type);
        EXPECT_TRUE(row.help.ends_with('.')) << row.name;
    }
    EXPECT_EQ(find_notify_type("onBatt"), NotifyType::onbatt);
    EXPECT_FALSE(find_notify_type("ONBATTERY"));
}

}  // namespace
}  // namespace ups::conf
