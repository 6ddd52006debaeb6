// SPDX-License-Identifier: Apache-2.0
#include "tools/upsshim/options.hpp"

#include <getopt.h>
#include <gtest/gtest.h>

namespace ups::upsshim {
namespace {

Result<Options> parse(std::vector<std::string> words) {
    words.insert(words.begin(), "upsshim");
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    optind = 0;
    return parse_options(static_cast<int>(words.size()), argv.data());
}

std::string mistake(std::vector<std::string> words) {
    const auto options = parse(std::move(words));
    return options ? "" : options.error().text;
}

TEST(UpsshimOptions, ServerSideListensEverywhereAndForwardsToThisHost) {
    const auto options = parse({"-s", "-l", "401", "-l", "[::1]:402", "--cert", "x.pem"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->side, Side::server);
    ASSERT_EQ(options->listen.size(), 2U);
    EXPECT_EQ(options->listen[0], (client::ServerAddress{"*", 401}));
    EXPECT_EQ(options->listen[1], (client::ServerAddress{"::1", 402}));
    EXPECT_EQ(options->to, (client::ServerAddress{"localhost", 3493}));
    EXPECT_FALSE(options->allow_plain);
}

TEST(UpsshimOptions, ClientSideListensOnThisHostAndVerifies) {
    const auto options = parse({"-c", "-t", "power.example.org:401"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->listen, (std::vector<client::ServerAddress>{{"127.0.0.1", 3493}}));
    EXPECT_TRUE(options->verify);
    EXPECT_EQ(parse({"-c", "-t", "h", "-l", "7"})->listen[0].host, "127.0.0.1");
}

TEST(UpsshimOptions, RefusesWhatIsIncompleteOrUnsafe) {
    EXPECT_NE(mistake({}).find("Use -s or -c"), std::string::npos);
    EXPECT_EQ(mistake({"-s", "--cert", "x"}), "No address to listen on - use -l <address>");
    EXPECT_EQ(mistake({"-s", "-l", "1"}), "No certificate - use --cert <file>");
    EXPECT_EQ(mistake({"-s", "-l", "1", "--cert", "x", "--require-cert"}),
              "--require-cert needs --ca <file>");
    EXPECT_EQ(mistake({"-c"}), "No server to connect to - use -t <server>");
    EXPECT_NE(mistake({"-c", "-t", "h", "-l", "0.0.0.0:1"}).find("--allow-remote"),
              std::string::npos);
    EXPECT_EQ(mistake({"-c", "-t", "h", "-l", "0.0.0.0:1", "--allow-remote"}), "");
    EXPECT_EQ(mistake({"-c", "-t", "/run/x"}), "-t: TLS is of no use on a local socket");
    EXPECT_EQ(mistake({"-c", "-t", "h", "-l", "0"}), "-l 0: not a port");
    EXPECT_EQ(mistake({"-c", "-t", "h", "-l", "/x"}), "-l /x: must be [<host>:]<port>");
    EXPECT_EQ(mistake({"-c", "-t", "h", "-m", "0"}), "-m 0: not a number from 1 to 100000");
    EXPECT_EQ(mistake({"-c", "-t", "h", "--patience", "x"}),
              "--patience x: not a number from 1 to 3600");
    EXPECT_EQ(mistake({"-c", "-t", "h", "-p", "a/b"}), "-p a/b: not a file name");
    EXPECT_EQ(mistake({"-c", "-t", "h", "more"}), "No such option: more");
}

}  // namespace
}  // namespace ups::upsshim
