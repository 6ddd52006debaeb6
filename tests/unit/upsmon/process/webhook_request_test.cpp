// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/webhook/request.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

TEST(PostRequest, GivesBackWhatWasPutIn) {
    for (const PostRequest& request :
         {PostRequest{"https://h/x", {}, ""},
          PostRequest{"https://h/x", {"Authorization: Bearer s", "X-A: "}, "{\n\n}\n"}}) {
        const auto input = to_input(request);
        ASSERT_TRUE(input);
        EXPECT_EQ(from_input(*input), request);
    }
}

TEST(PostRequest, NoHeaderCanAddAnotherLine) {
    EXPECT_FALSE(to_input({"https://h/\nX: y", {}, ""}));
    EXPECT_FALSE(to_input({"https://h/", {"A: b\nX: y"}, ""}));
    EXPECT_FALSE(to_input({"https://h/", {"A: b\r"}, ""}));
    EXPECT_FALSE(to_input({"https://h/", {""}, ""})) << "it would end the headers";
    EXPECT_FALSE(to_input({"", {}, ""}));
}

TEST(PostRequest, RefusesWhatIsCutOff) {
    for (const std::string_view input : {"", "https://h/", "https://h/\n", "https://h/\nA: b\n",
                                         "\n\nbody", "https://h/\nA: b\rc\n\nbody"})
        EXPECT_FALSE(from_input(input)) << input;
}

TEST(PostStatus, KnowsItsOwnExitsOnly) {
    int known = 0;
    for (int exit = 0; exit < 256; ++exit)
        if (const auto status = post_status(exit)) {
            ++known;
            EXPECT_EQ(static_cast<int>(*status), exit);
            EXPECT_NE(post_status_text(*status), "?");
        }
    EXPECT_EQ(known, 7);
}

TEST(PostStatus, TriesAgainWhatMayPass) {
    for (const long code : {408L, 425L, 429L, 500L, 503L})
        EXPECT_TRUE(is_passing(status_of_answer(code))) << code;
    for (const long code : {301L, 307L, 400L, 401L, 404L, 410L})
        EXPECT_FALSE(is_passing(status_of_answer(code))) << code;
    for (const long code : {200L, 202L, 204L})
        EXPECT_EQ(status_of_answer(code), PostStatus::delivered) << code;
    EXPECT_TRUE(is_passing(PostStatus::untrusted)) << "certificates get renewed";
}

TEST(PostPlace, HasNoPathAndNoPassword) {
    EXPECT_EQ(place_of("https://hooks.example.org/T0/secret?key=x"), "https://hooks.example.org");
    EXPECT_EQ(place_of("https://user:pa@ss@h:8443#x"), "https://h:8443");
    EXPECT_EQ(place_of("http://[::1]:99/y"), "http://[::1]:99");
    EXPECT_EQ(place_of("nonsense"), "?");
}

}  // namespace
}  // namespace ups::upsmon
