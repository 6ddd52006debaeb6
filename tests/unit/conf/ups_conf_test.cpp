// SPDX-License-Identifier: Apache-2.0
// Table: texts of ups_conf with what is said about them.
#include "conf/parse/ups_conf.hpp"

#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

namespace ups::conf {
namespace {

using std::chrono::seconds;

Loaded<UpsConf> parse(std::string_view text) { return parse_ups_conf(text, "ups.conf"); }

/// A usable section with more lines in it; they start at line 4.
Loaded<UpsConf> parse_device(std::string_view lines) {
    return parse("[a]\ndriver = d\nport = p\n" + std::string(lines));
}

TEST(UpsConf, ReadsGlobalsAndSections) {
    const auto loaded = parse("maxretry = 3\nstatepath=/s\nnowait\nuser = u\nchroot = /c\n"
                              "driverpath = \"/d d\"\n\n[one]\ndriver = usbhid-ups\nport = auto\n"
                              "desc = \"Rack #1\"\n[two]\n  driver=dummy-ups\n  port=x.dev\n");
    EXPECT_FALSE(loaded.ok());  // the unescaped # in desc
    const UpsConf& conf = loaded.value;
    EXPECT_EQ(conf.max_retry, 3U);
    EXPECT_EQ(conf.state_path, "/s");
    EXPECT_TRUE(conf.nowait);
    EXPECT_EQ(conf.user, "u");
    EXPECT_EQ(conf.chroot, "/c");
    EXPECT_EQ(conf.driver_path, "/d d");
    ASSERT_EQ(conf.ups.size(), 2U);
    EXPECT_EQ(conf.ups[0].name, "one");
    EXPECT_EQ(conf.ups[0].driver, "usbhid-ups");
    EXPECT_EQ(conf.ups[0].max_retry, 3U);
    EXPECT_EQ(conf.ups[1].name, "two");
    EXPECT_EQ(conf.ups[1].port, "x.dev");
    EXPECT_EQ(conf.ups[1].place.line, 12U);
}

TEST(UpsConf, DefaultsAreThoseOfTheIncumbent) {
    const auto loaded = parse_device("");
    EXPECT_EQ(texts(loaded.problems), "");
    const UpsSection& ups = loaded.value.ups.at(0);
    EXPECT_EQ(ups.max_start_delay, seconds(75));
    EXPECT_EQ(ups.max_retry, 1U);
    EXPECT_EQ(ups.retry_delay, seconds(5));
    EXPECT_EQ(ups.poll_interval, seconds(2));
    EXPECT_EQ(ups.synchronous, Synchronous::automatic);
    EXPECT_EQ(ups.sd_order, 0);
    EXPECT_EQ(ups.reconnect_max_tries, -1);
    EXPECT_FALSE(ups.nowait);
}

TEST(UpsConf, SectionValuesReplaceGlobalOnes) {
    const auto loaded = parse("pollinterval = 9\nsynchronous = yes\n[a]\ndriver=d\nport=p\n"
                              "pollinterval = 4\n[b]\ndriver=d\nport=p\nsynchronous = No\n");
    EXPECT_TRUE(loaded.ok());
    EXPECT_EQ(loaded.value.find("a")->poll_interval, seconds(4));
    EXPECT_EQ(loaded.value.find("a")->synchronous, Synchronous::yes);
    EXPECT_EQ(loaded.value.find("b")->poll_interval, seconds(9));
    EXPECT_EQ(loaded.value.find("b")->synchronous, Synchronous::no);
}

TEST(UpsConf, ReadsEveryDeviceKey) {
    const auto loaded = parse_device(
        "desc = x\nsdorder = -1\nsdcommands = a,b\nallow_killpower = 1\nnolock\nignorelb\n"
        "user = u\ngroup = g\ndebug_min = 2\nLIBUSB_DEBUG = 3\nreconnect_max_tries = 4\n"
        "reconnect_report_freq = 5\nmaxstartdelay = 6\nmaxretry = 7\nretrydelay = 8\nnowait\n"
        "default.battery.charge.low = 20\noverride.ups.mfr = \"A B\"\n");
    EXPECT_EQ(texts(loaded.problems), "");
    const UpsSection& ups = loaded.value.ups.at(0);
    EXPECT_EQ(ups.desc, "x");
    EXPECT_EQ(ups.sd_order, -1);
    EXPECT_EQ(ups.sd_commands, "a,b");
    EXPECT_TRUE(ups.allow_killpower);
    EXPECT_TRUE(ups.nolock);
    EXPECT_TRUE(ups.ignore_lb);
    EXPECT_EQ(ups.user, "u");
    EXPECT_EQ(ups.group, "g");
    EXPECT_EQ(ups.debug_min, 2U);
    EXPECT_EQ(ups.libusb_debug, 3U);
    EXPECT_EQ(ups.reconnect_max_tries, 4);
    EXPECT_EQ(ups.reconnect_report_freq, 5);
    EXPECT_EQ(ups.max_start_delay, seconds(6));
    EXPECT_EQ(ups.max_retry, 7U);
    EXPECT_EQ(ups.retry_delay, seconds(8));
    EXPECT_TRUE(ups.nowait);
    ASSERT_EQ(ups.defaults.size(), 1U);
    EXPECT_EQ(ups.defaults[0].key, "battery.charge.low");
    EXPECT_EQ(ups.defaults[0].value, "20");
    ASSERT_EQ(ups.overrides.size(), 1U);
    EXPECT_EQ(ups.overrides[0].value, "A B");
    EXPECT_TRUE(ups.driver_options.empty());
}

TEST(UpsConf, PassesOtherKeysToTheDriverInOrder) {
    const auto loaded = parse_device("zeta = 1\npollonly\nzeta = 2\nserial = \"A=B C\"\n");
    const auto& options = loaded.value.ups.at(0).driver_options;
    ASSERT_EQ(options.size(), 3U);
    EXPECT_EQ(options[0].key, "zeta");
    EXPECT_EQ(options[0].value, "2");
    EXPECT_EQ(options[1].key, "pollonly");
    EXPECT_EQ(options[1].value, std::nullopt);
    EXPECT_EQ(options[2].value, "A=B C");
    EXPECT_EQ(options[2].place.line, 7U);
}

TEST(UpsConf, SectionsThatComeAgainAddUp) {
    const auto loaded = parse("[a]\ndriver = d\n[b]\ndriver=d\nport=p\n[a]\nport = p\n");
    ASSERT_EQ(loaded.value.ups.size(), 2U);
    EXPECT_EQ(loaded.value.ups[0].name, "a");
    EXPECT_EQ(loaded.value.ups[0].port, "p");
    EXPECT_EQ(texts(loaded.problems), "ups.conf:6:1: warning: [a] comes again (this adds to, and wins over, "
                                      "what stands in line 1)\n");
}

struct Case {
    const char* name;
    const char* text;  // from line 4 on, inside a section
    const char* problem;
};

class UpsConfProblems : public testing::TestWithParam<Case> {};

TEST_P(UpsConfProblems, AreReportedWithTheirPlace) {
    const auto loaded = parse_device(GetParam().text);
    EXPECT_EQ(texts(loaded.problems), std::string("ups.conf:") + GetParam().problem + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    UpsConf, UpsConfProblems,
    testing::Values(
        Case{"poll_interval", "pollinterval = soon\n",
             "4:16: error: pollinterval cannot be \"soon\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"poll_interval_zero", "pollinterval = 0\n",
             "4:16: error: pollinterval cannot be \"0\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"max_start_delay", "maxstartdelay=-1\n",
             "4:15: error: maxstartdelay cannot be \"-1\" (expected a whole number, 1 to 86400 seconds)"},
        Case{"max_retry", "maxretry = x\n",
             "4:12: error: maxretry cannot be \"x\" (expected a whole number, 1 to 1000)"},
        Case{"retry_delay", "retrydelay = 1s\n",
             "4:14: error: retrydelay cannot be \"1s\" (expected a whole number, 0 to 86400 seconds)"},
        Case{"synchronous", "synchronous = maybe\n",
             "4:15: error: synchronous cannot be \"maybe\" (expected one of yes, no, auto)"},
        Case{"debug_min", "debug_min = 11\n",
             "4:13: error: debug_min cannot be \"11\" (expected a whole number, 0 to 10)"},
        Case{"libusb_debug", "LIBUSB_DEBUG = 5\n",
             "4:16: error: LIBUSB_DEBUG cannot be \"5\" (expected a whole number, 0 to 4)"},
        Case{"reconnect", "reconnect_max_tries = -2\n",
             "4:23: error: reconnect_max_tries cannot be \"-2\" (expected a whole number, -1 to 1000000)"},
        Case{"reconnect_report", "reconnect_report_freq = 1.5\n",
             "4:25: error: reconnect_report_freq cannot be \"1.5\" (expected a whole number, -1 to 1000000)"},
        Case{"sdorder", "sdorder = first\n",
             "4:11: error: sdorder cannot be \"first\" (expected a whole number, -1 to 10000)"},
        Case{"allow_killpower", "allow_killpower = perhaps\n",
             "4:19: error: allow_killpower cannot be \"perhaps\" (expected yes or no)"},
        Case{"flag_value", "nolock = 7\n", "4:10: error: nolock cannot be \"7\" (expected yes or no)"},
        Case{"ignorelb_value", "ignorelb = 7\n",
             "4:12: error: ignorelb cannot be \"7\" (expected yes or no)"},
        Case{"nowait_value", "nowait = 7\n", "4:10: error: nowait cannot be \"7\" (expected yes or no)"},
        Case{"no_value", "desc =\n", "4:6: error: no value after ="},
        Case{"needs_value", "sdorder\n", "4:1: error: sdorder has no value (expected N)"},
        Case{"driver_with_slash", "driver = ../x\n",
             "4:10: error: \"../x\" is no name of a driver (give the program's name, and driverpath for its folder)"},
        Case{"obsolete", "sddelay = 3\n",
             "4:11: warning: sddelay is obsolete and has no effect (No longer used. Set the delay with offdelay, or give it to the driver.)"},
        Case{"surplus", "desc = My UPS\n",
             "4:11: warning: \"UPS\" after the value of desc is ignored (put a value with blanks or = in double quotes)"},
        Case{"secret_surplus", "community = public private\n",
             "4:20: warning: text after the value of community is ignored (put a value with blanks or = in double quotes)"},
        Case{"no_equals", "user nobody\n",
             "4:1: note: this line has no = after its first word and is ignored"},
        Case{"slip", "polinterval = 3\n",
             "4:15: note: \"polinterval\" is passed on to the driver (did you mean \"pollinterval\"?)"},
        Case{"driver_option", "offdelay = soon\n",
             "4:12: warning: offdelay cannot be \"soon\" (expected a whole number, 0 to 86400 seconds)"},
        Case{"driver_choice", "snmp_version = 3\n",
             "4:16: warning: snmp_version cannot be \"3\" (expected one of v1, v2c, v3)"},
        Case{"slash_in_name", "[b/c]\nport = x\n",
             "4:1: error: a UPS name has no / (it becomes part of a file name)"},
        Case{"reserved_name", "[default]\nport = x\n",
             "4:1: error: \"default\" is a reserved name (write options for all UPSes above the first section)"},
        Case{"same_but_case", "[A]\ndriver = x\nport = y\n",
             "4:1: error: \"A\" differs from \"a\" in case only (clients name UPSes in any case)"},
        Case{"open_header", "[b\nport = x\n",
             "4:1: error: section header without ] (names have no blanks and no =)"},
        Case{"blank_in_header", "[b c]\nport = x\n",
             "4:1: error: section header without ] (names have no blanks and no =)"},
        Case{"quoted_blank_in_header", "\"[b c]\"\nport = x\n", "4:1: error: section name with blanks"},
        Case{"empty_header", "[]\nport = x\n", "4:1: error: section without a name"},
        Case{"words_behind_header", "[b] driver = x\ndriver=d\nport=p\n",
             "4:5: warning: what follows the section header on its line is ignored (begin a new line)"},
        Case{"no_port", "[b]\ndriver = x\n", "4:1: warning: UPS [b] has no port and is left out"},
        Case{"no_driver", "[b]\nport = x\n", "4:1: warning: UPS [b] has no driver and is left out"}),
    [](const auto& tested) { return tested.param.name; });

TEST(UpsConf, BadGlobalsAreReportedAndKeepTheirDefault) {
    const auto loaded = parse("maxretry = 0\nmaxretri = 2\nuser nobody\ndriver = x\nPOLLINTERVAL = 3\n"
                              "StatePath = /s\nuser\n");
    EXPECT_EQ(texts(loaded.problems),
              "ups.conf:1:12: error: maxretry cannot be \"0\" (expected a whole number, 1 to 1000)\n"
              "ups.conf:2:1: warning: unknown directive \"maxretri\" (did you mean \"maxretry\"?)\n"
              "ups.conf:3:1: note: this line has no = after its first word and is ignored\n"
              "ups.conf:4:1: warning: driver has no effect outside of a section (write it below [name])\n"
              "ups.conf:5:1: warning: unknown directive \"POLLINTERVAL\" (did you mean \"pollinterval\"?)\n"
              "ups.conf:7:1: error: user has no value (expected NAME)\n");
    EXPECT_EQ(loaded.value.max_retry, 1U);
    EXPECT_EQ(loaded.value.state_path, "/s");
    EXPECT_EQ(loaded.value.poll_interval, seconds(2));
}

TEST(UpsConf, LinesBelowABadHeaderChangeNoOtherUps) {
    const auto loaded = parse_device("[b/c]\nport = wrong\nnolock\n");
    EXPECT_EQ(loaded.value.ups.at(0).port, "p");
    EXPECT_FALSE(loaded.value.ups.at(0).nolock);
}

TEST(UpsConf, ReadsDropInsInOrderOfTheirNames) {
    MemoryFiles files;
    files.put("/e/ups.conf", "[a]\ndriver=d\nport=p\ndesc=first\n", 0644);
    files.put("/e/ups.conf.d/20-b.conf", "[a]\ndesc=last\n");
    files.put("/e/ups.conf.d/10-b.conf", "maxretry = 5\n[b]\ndriver=d\nport=p\n[a]\ndesc=x\n");
    files.put("/e/ups.conf.d/.hidden.conf", "[c]\ndriver=d\nport=p\n");
    files.put("/e/ups.conf.d/notes.txt", "[c]\ndriver=d\nport=p\n");
    const auto loaded = load_ups_conf(files, "/e");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(texts(loaded->problems), "");
    ASSERT_EQ(loaded->value.ups.size(), 2U);
    EXPECT_EQ(loaded->value.ups[0].desc, "last");
    EXPECT_EQ(loaded->value.ups[0].max_retry, 5U);
    ASSERT_EQ(loaded->files.size(), 3U);
    EXPECT_TRUE(loaded->files[0].is_world_readable());
    EXPECT_FALSE(loaded->files[1].is_world_readable());
    EXPECT_EQ(loaded->files[1].path, "/e/ups.conf.d/10-b.conf");
}

TEST(UpsConf, WithoutTheFileSaysNotFound) {
    MemoryFiles files;
    const auto loaded = load_ups_conf(files, "/e");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::not_found);
}

TEST(UpsConf, SameSettingsLooksAtEverythingButPlaces) {
    const auto base = parse_device("serial = 1\n").value.ups.at(0);
    EXPECT_TRUE(same_settings(base, parse_device("\n\nserial = 1\n").value.ups.at(0)));
    for (const char* other : {"serial = 2\n", "serial\n", "serial = 1\nnolock\n", "", "serial=1\nport=q\n",
                              "serial=1\npollinterval=3\n", "serial=1\ndefault.a=b\n"})
        EXPECT_FALSE(same_settings(base, parse_device(other).value.ups.at(0))) << other;
}

TEST(UpsConf, NamesSocketAndPidFileLikeTheIncumbent) {
    const auto ups = parse_device("").value.ups.at(0);
    EXPECT_EQ(driver_socket_path("/run/nut", ups), "/run/nut/d-a");
    EXPECT_EQ(driver_pid_path("/run/nut", ups), "/run/nut/d-a.pid");
}

TEST(UpsConf, AppliesCommandLineOptions) {
    UpsSection ups;
    std::vector<Problem> problems;
    apply_option(ups, "port", "x", {"-x"}, problems);
    apply_option(ups, "nolock", std::nullopt, {"-x"}, problems);
    apply_option(ups, "pollinterval", "no", {"-x"}, problems);
    EXPECT_EQ(ups.port, "x");
    EXPECT_TRUE(ups.nolock);
    EXPECT_EQ(texts(problems), "-x: error: pollinterval cannot be \"no\" (expected a whole number, 1 "
                               "to 86400 seconds)\n");
}

}  // namespace
}  // namespace ups::conf
