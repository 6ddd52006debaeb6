// SPDX-License-Identifier: Apache-2.0
// Table: texts of upsd_conf with what is said about them.
#include "conf/parse/upsd_conf.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using std::chrono::seconds;

Loaded<UpsdConf> parse(std::string_view text) { return parse_upsd_conf(text, "upsd.conf"); }

TEST(UpsdConf, DefaultsAreSafeAndCompatible) {
    const auto loaded = parse("");
    EXPECT_EQ(texts(loaded.problems), "");
    const UpsdConf& conf = loaded.value;
    EXPECT_EQ(conf.max_age, seconds(15));
    EXPECT_EQ(conf.tracking_delay, seconds(3600));
    EXPECT_EQ(conf.idle_limit, seconds(60));
    EXPECT_EQ(conf.login_throttle, seconds(30));
    EXPECT_FALSE(conf.allow_remote_plaintext);
    EXPECT_FALSE(conf.allow_world_readable);
    EXPECT_FALSE(conf.allow_no_device);
    EXPECT_FALSE(conf.authenticated_reads);
    EXPECT_FALSE(conf.utf8);
    EXPECT_TRUE(conf.sandbox);
    EXPECT_EQ(conf.cert_request, CertRequest::no);
    EXPECT_FALSE(conf.max_conn.has_value());
    ASSERT_EQ(conf.listen.size(), 2U);
    EXPECT_EQ(conf.listen[0].host, "127.0.0.1");
    EXPECT_EQ(conf.listen[1].host, "::1");
    EXPECT_EQ(conf.listen[1].port, 3493);
    EXPECT_TRUE(conf.listen[1].builtin);
}

TEST(UpsdConf, ReadsEveryDirective) {
    const auto loaded = parse(
        "MAXAGE 20\nTRACKINGDELAY 60\nALLOW_NO_DEVICE true\nALLOW_NOT_ALL_LISTENERS yes\n"
        "STATEPATH /s\nDATAPATH /d\nMAXCONN 100\nIDLE_LIMIT 0\nLOGIN_THROTTLE 5\n"
        "ALLOW_REMOTE_PLAINTEXT on\nAUTHENTICATED_READS 1\nALLOW_WORLD_READABLE yes\nUTF8 yes\n"
        "SANDBOX no\nCERTFILE /c.pem\nCERTCAFILE /ca.pem\nCERTPATH /certs\n"
        "CERTIDENT \"my server\" \"pass word\"\nCERTREQUEST REQUIRE\nDISABLE_WEAK_SSL true\n"
        "debug_min 3\n");
    EXPECT_EQ(texts(loaded.problems), "");
    const UpsdConf& conf = loaded.value;
    EXPECT_EQ(conf.max_age, seconds(20));
    EXPECT_EQ(conf.tracking_delay, seconds(60));
    EXPECT_TRUE(conf.allow_no_device);
    EXPECT_TRUE(conf.allow_not_all_listeners);
    EXPECT_EQ(conf.state_path, "/s");
    EXPECT_EQ(conf.data_path, "/d");
    EXPECT_EQ(conf.max_conn, 100U);
    EXPECT_EQ(conf.idle_limit, seconds(0));
    EXPECT_EQ(conf.login_throttle, seconds(5));
    EXPECT_TRUE(conf.allow_remote_plaintext);
    EXPECT_TRUE(conf.authenticated_reads);
    EXPECT_TRUE(conf.allow_world_readable);
    EXPECT_TRUE(conf.utf8);
    EXPECT_FALSE(conf.sandbox);
    EXPECT_EQ(conf.cert_file, "/c.pem");
    EXPECT_EQ(conf.cert_ca_file, "/ca.pem");
    EXPECT_EQ(conf.cert_path, "/certs");
    EXPECT_EQ(conf.cert_ident_name, "my server");
    EXPECT_EQ(conf.cert_ident_password, "pass word");
    EXPECT_EQ(conf.cert_request, CertRequest::require);
    EXPECT_TRUE(conf.disable_weak_ssl);
    EXPECT_EQ(conf.debug_min, 3U);
}

TEST(UpsdConf, ReadsListenAddresses) {
    const auto loaded = parse("LISTEN 10.0.0.1\nLISTEN [2001:db8::1] 4000\nLISTEN *\n"
                              "LISTEN_TLS 0.0.0.0\nLISTEN_TLS :: 5000\n"
                              "LISTEN_UNIX /run/u\nLISTEN_UNIX u2 0666\n");
    EXPECT_EQ(texts(loaded.problems), "");
    const auto& listen = loaded.value.listen;
    ASSERT_EQ(listen.size(), 5U);
    EXPECT_EQ(listen[0].host, "10.0.0.1");
    EXPECT_EQ(listen[0].port, 3493);
    EXPECT_FALSE(listen[0].builtin);
    EXPECT_EQ(listen[1].host, "2001:db8::1");
    EXPECT_EQ(listen[1].port, 4000);
    EXPECT_EQ(listen[2].host, "*");
    EXPECT_EQ(listen[2].kind, ListenKind::starttls);
    EXPECT_EQ(listen[3].kind, ListenKind::tls);
    EXPECT_EQ(listen[3].port, 3494);
    EXPECT_EQ(listen[4].port, 5000);
    EXPECT_EQ(listen[4].place.line, 5U);
    const auto& local = loaded.value.local_sockets;
    ASSERT_EQ(local.size(), 2U);
    EXPECT_EQ(local[0].mode, 0660U);
    EXPECT_EQ(local[1].path, "u2");
    EXPECT_EQ(local[1].mode, 0666U);
}

TEST(UpsdConf, CertRequestTakesNumbersAndWords) {
    using enum CertRequest;
    for (const auto& [word, meaning] : {std::pair("0", no), {"NO", no}, {"1", request},
                                        {"request", request}, {"2", require}, {"REQUIRE", require}})
        EXPECT_EQ(parse(std::string("CERTREQUEST ") + word).value.cert_request, meaning) << word;
}

struct Case {
    const char* name;
    const char* text;
    const char* problem;
};

class UpsdConfProblems : public testing::TestWithParam<Case> {};

TEST_P(UpsdConfProblems, AreReportedWithTheirPlace) {
    const auto loaded = parse(GetParam().text);
    EXPECT_EQ(texts(loaded.problems), std::string("upsd.conf:") + GetParam().problem + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    UpsdConf, UpsdConfProblems,
    testing::Values(
        Case{"max_age", "MAXAGE x", "1:8: error: MAXAGE cannot be \"x\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"max_age_none", "MAXAGE", "1:1: error: MAXAGE has no value (expected SECONDS)"},
        Case{"max_age_equals", "MAXAGE = 3",
             "1:10: warning: \"3\" after the value of MAXAGE is ignored (put a value with blanks or = in double quotes)\n"
             "upsd.conf:1:8: error: MAXAGE cannot be \"=\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"tracking", "TRACKINGDELAY 0",
             "1:15: error: TRACKINGDELAY cannot be \"0\" (expected a whole number, 1 to 2592000 seconds)"},
        Case{"no_device", "ALLOW_NO_DEVICE 2", "1:17: error: ALLOW_NO_DEVICE cannot be \"2\" (expected yes or no)"},
        Case{"listeners", "ALLOW_NOT_ALL_LISTENERS x",
             "1:25: error: ALLOW_NOT_ALL_LISTENERS cannot be \"x\" (expected yes or no)"},
        Case{"statepath", "STATEPATH", "1:1: error: STATEPATH has no value (expected DIR)"},
        Case{"statepath_empty", "STATEPATH \"\"", "1:11: error: STATEPATH cannot be \"\" (expected a path)"},
        Case{"datapath", "DATAPATH", "1:1: error: DATAPATH has no value (expected DIR)"},
        Case{"listen", "LISTEN", "1:1: error: LISTEN has no value (expected ADDRESS [PORT])"},
        Case{"listen_port", "LISTEN 1.2.3.4 66000", "1:16: error: \"66000\" is no port (expected a number, 1 to 65535)"},
        Case{"listen_zero", "LISTEN 1.2.3.4 0", "1:16: error: \"0\" is no port (expected a number, 1 to 65535)"},
        Case{"listen_tls", "LISTEN_TLS x nut", "1:14: error: \"nut\" is no port (expected a number, 1 to 65535)"},
        Case{"unix_mode", "LISTEN_UNIX /x 999",
             "1:16: error: the mode of LISTEN_UNIX cannot be \"999\" (expected permission bits in octal, such as 0660)"},
        Case{"unix_path", "LISTEN_UNIX", "1:1: error: LISTEN_UNIX has no value (expected PATH [MODE])"},
        Case{"maxconn", "MAXCONN 0", "1:9: error: MAXCONN cannot be \"0\" (expected a whole number, 1 to 1000000)"},
        Case{"idle", "IDLE_LIMIT -1", "1:12: error: IDLE_LIMIT cannot be \"-1\" (expected a whole number, 0 to 86400 seconds)"},
        Case{"throttle", "LOGIN_THROTTLE 4000",
             "1:16: error: LOGIN_THROTTLE cannot be \"4000\" (expected a whole number, 0 to 3600 seconds)"},
        Case{"plaintext", "ALLOW_REMOTE_PLAINTEXT maybe",
             "1:24: error: ALLOW_REMOTE_PLAINTEXT cannot be \"maybe\" (expected yes or no)"},
        Case{"reads", "AUTHENTICATED_READS x", "1:21: error: AUTHENTICATED_READS cannot be \"x\" (expected yes or no)"},
        Case{"readable", "ALLOW_WORLD_READABLE x", "1:22: error: ALLOW_WORLD_READABLE cannot be \"x\" (expected yes or no)"},
        Case{"utf8", "UTF8 x", "1:6: error: UTF8 cannot be \"x\" (expected yes or no)"},
        Case{"sandbox", "SANDBOX x", "1:9: error: SANDBOX cannot be \"x\" (expected yes or no)"},
        Case{"certfile", "CERTFILE", "1:1: error: CERTFILE has no value (expected FILE)"},
        Case{"certcafile", "CERTCAFILE \"\"", "1:12: error: CERTCAFILE cannot be \"\" (expected a path)"},
        Case{"certpath", "CERTPATH", "1:1: error: CERTPATH has no value (expected DIR)"},
        Case{"certident", "CERTIDENT x", "1:1: error: CERTIDENT has no value (expected NAME PASSWORD)"},
        Case{"certrequest", "CERTREQUEST 3",
             "1:13: error: CERTREQUEST cannot be \"3\" (expected one of NO, REQUEST, REQUIRE, 0, 1, 2)"},
        Case{"weak", "DISABLE_WEAK_SSL x", "1:18: error: DISABLE_WEAK_SSL cannot be \"x\" (expected yes or no)"},
        Case{"weak_off", "DISABLE_WEAK_SSL no", "1:1: note: TLS older than 1.2 is refused in any case"},
        Case{"debug", "DEBUG_MIN x", "1:11: error: DEBUG_MIN cannot be \"x\" (expected a whole number, 0 to 10)"},
        Case{"obsolete", "ACL all 0.0.0.0/0",
             "1:1: warning: ACL is obsolete and has no effect (No longer used: use LISTEN and a packet filter.)"},
        Case{"unknown", "\nMAXAGES 3", "2:1: warning: unknown directive \"MAXAGES\" (did you mean \"MAXAGE\"?)"},
        Case{"lower_case", "listen 1.2.3.4", "1:1: warning: unknown directive \"listen\" (did you mean \"LISTEN\"?)"},
        Case{"far_off", "XYZZY 1", "1:1: warning: unknown directive \"XYZZY\""},
        Case{"surplus", "MAXAGE 3 4",
             "1:10: warning: \"4\" after the value of MAXAGE is ignored (put a value with blanks or = in double quotes)"}),
    [](const auto& tested) { return tested.param.name; });

TEST(UpsdConf, ABadLineLeavesTheOthersInForce) {
    const auto loaded = parse("MAXAGE x\nSTATEPATH \"/a#b\"\nMAXCONN 7\nLISTEN 127.0.0.1 nope\n");
    EXPECT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.value.max_age, seconds(15));
    EXPECT_EQ(loaded.value.max_conn, 7U);
    EXPECT_TRUE(loaded.value.state_path.empty());
}

TEST(UpsdConf, NeverShowsASecret) {
    const auto loaded = parse("CERTIDENT name hunter2 hunter3\nCERTIDENT name \"hunter4#\"\n");
    EXPECT_FALSE(mentions(loaded.problems, "hunter"));
    EXPECT_EQ(loaded.problems.size(), 2U);
}

TEST(UpsdConf, LoadsFromAFolderWithItsMode) {
    MemoryFiles files;
    EXPECT_EQ(load_upsd_conf(files, "/e").error().code, ErrorCode::not_found);
    files.put("/e/upsd.conf", "MAXAGE 3\n", 0604);
    const auto loaded = load_upsd_conf(files, "/e");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->value.max_age, seconds(3));
    EXPECT_TRUE(loaded->files.at(0).is_world_readable());
}

}  // namespace
}  // namespace ups::conf
