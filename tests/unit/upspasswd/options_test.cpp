// SPDX-License-Identifier: Apache-2.0
#include "tools/upspasswd/options.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ups::upspasswd {
namespace {

Result<Options> parse(const std::vector<const char*>& words) {
    return parse_options(words, "/c/upsd.users");
}

TEST(UpspasswdOptions, AreRead) {
    const auto options = parse({"-u", "admin", "--file", "/x", "-c", "-"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->user, "admin");
    EXPECT_EQ(options->file, "/x");
    EXPECT_TRUE(options->create);
    EXPECT_TRUE(options->from_stdin);
    EXPECT_EQ(parse({})->file, "/c/upsd.users");
    EXPECT_EQ(parse({"--help", "-Z"})->action, Action::help);
}

TEST(UpspasswdOptions, NonsenseIsRefused) {
    EXPECT_FALSE(parse({"-Z"}));
    EXPECT_FALSE(parse({"mypassword"})) << "a password does not belong on the command line";
    EXPECT_FALSE(parse({"-u"}));
    EXPECT_FALSE(parse({"--verify"})) << "whose?";
}

TEST(UpspasswdOptions, HelpNamesEveryOption) {
    const std::string text = help_text("/c/upsd.users");
    for (const OptionRow& row : option_rows())
        EXPECT_NE(text.find("--" + std::string(row.name)), std::string::npos) << row.name;
}

}  // namespace
}  // namespace ups::upspasswd
