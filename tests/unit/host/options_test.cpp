// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/file_source.hpp"
#include "drivers/host/environment.hpp"
#include "drivers/host/option_table.hpp"
#include "drivers/host/options.hpp"
#include "drivers/host/settings.hpp"

#include "driverapi/kit/options.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ups;
using namespace ups::host;

Result<CommandLine> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "/usr/lib/x/dummy-ups");
    return parse_command_line(words);
}

TEST(CommandLine, TakesTheStockOptions) {
    const auto line = parse({"-a", "u1", "-xport=a.dev", "-x", "flag", "-DD", "-FF", "-q", "-i5",
                             "-u", "nobody", "-g", "tty", "-r", "/jail"});
    ASSERT_TRUE(line) << line.error().text;
    EXPECT_EQ(line->program, "dummy-ups");
    EXPECT_EQ(line->ups, "u1");
    EXPECT_FALSE(line->without_file);
    ASSERT_EQ(line->set.size(), 2U);
    EXPECT_EQ(line->set[0].second, "a.dev");
    EXPECT_EQ(line->set[1].second, std::nullopt);
    EXPECT_EQ(line->debug, 2U);
    EXPECT_EQ(line->foreground, true);
    EXPECT_TRUE(line->quiet);
    EXPECT_EQ(line->interval, 5U);
    EXPECT_EQ(line->user, "nobody");
    EXPECT_EQ(line->group, "tty");
    EXPECT_EQ(line->chroot, "/jail");
    EXPECT_EQ(parse({"-k", "-a", "u"})->mode, Mode::killpower);
    EXPECT_EQ(parse({"-d", "3", "-s", "u"})->readings, 3U);
    EXPECT_EQ(parse({"-c", "reload-or-exit", "-a", "u", "-P", "77"})->pid, 77);
    EXPECT_EQ(parse({"--describe=dummy", "--json"})->target, "dummy");
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
    for (const std::vector<const char*>& words :
         std::vector<std::vector<const char*>>{{"-Z"},
                                               {"--no"},
                                               {"stray"},
                                               {"-a"},
                                               {"-x", "a=b"},
                                               {"-c", "jump"},
                                               {"-d", "0"},
                                               {"-d", "x"},
                                               {"-i", "0"},
                                               {"-P", "1"},
                                               {"-a", "x", "-s", "y"},
                                               {"--json=1"}})
        EXPECT_FALSE(parse(words)) << words[0];
}

constexpr upsdrv_option kRows[] = {
    kit::choice("mode", "once", "once|loop", "m"),
    kit::integer("count", "3", 1, 10, "c"),
    kit::reloadable(kit::seconds("delay", nullptr, 0, 60, "d")),
    kit::boolean("loud", "no", "l"),
    kit::flag("bare", "b"),
    kit::prefix("load.", "p"),
    kit::secret(kit::text("password", nullptr, "s")),
};

upsdrv_plugin plugin_with_rows() {
    upsdrv_plugin plugin{};
    plugin.struct_size = sizeof plugin;
    plugin.name = "test";
    plugin.version = "0.9";
    plugin.options = kRows;
    plugin.option_count = std::size(kRows);
    plugin.reconfigure = [](void*) { return UPSDRV_OK; };
    return plugin;
}

std::string refusal(std::string key, std::optional<std::string> value) {
    const auto checked = check_options(plugin_with_rows(), {{std::move(key), std::move(value)}});
    return checked ? "" : checked.error().text;
}

TEST(OptionTable, TakesValuesOfTheirTypes) {
    EXPECT_EQ(refusal("mode", "loop"), "");
    EXPECT_EQ(refusal("count", "10"), "");
    EXPECT_EQ(refusal("delay", "0.5"), "");
    EXPECT_EQ(refusal("loud", "ON"), "");
    EXPECT_EQ(refusal("bare", std::nullopt), "");
    EXPECT_EQ(refusal("load.off", "x > 1"), "");
    EXPECT_EQ(refusal("pollfreq", "60"), "") << "the host's own";
}

TEST(OptionTable, SaysWhatIsWrongAndWhatMayHaveBeenMeant) {
    EXPECT_EQ(refusal("mode", "never"), "option \"mode\" must be one of once|loop");
    EXPECT_EQ(refusal("count", "11"), "option \"count\" must be between 1 and 10");
    EXPECT_EQ(refusal("count", "1.5"), "option \"count\" must be a whole number");
    EXPECT_EQ(refusal("count", std::nullopt), "option \"count\" needs a value");
    EXPECT_EQ(refusal("loud", "very"), "option \"loud\" must be yes or no");
    EXPECT_EQ(refusal("cont", "1"),
              "option \"cont\" is not known to driver test (did you mean \"count\"?)");
    EXPECT_NE(refusal("load.", "1"), "") << "a prefix alone is no name";
}

TEST(OptionTable, MissesRequiredOptions) {
    upsdrv_plugin plugin = plugin_with_rows();
    const upsdrv_option row = kit::required(kit::text("host", nullptr, "h"));
    plugin.options = &row;
    plugin.option_count = 1;
    EXPECT_FALSE(check_options(plugin, {}));
    EXPECT_TRUE(check_options(plugin, {{"host", "x"}}));
}

TEST(OptionTable, FindsRowsThatContradictThemselves) {
    EXPECT_TRUE(row_problems(kRows[0]).empty());
    EXPECT_FALSE(row_problems(kit::choice("m", "never", "once|loop", "h")).empty());
    EXPECT_FALSE(row_problems(kit::integer("i", "11", 1, 10, "h")).empty());
    EXPECT_FALSE(row_problems(kit::integer("i", "5", 10, 1, "h")).empty());
    EXPECT_FALSE(row_problems(kit::text("", "x", "h")).empty());
    EXPECT_FALSE(row_problems(kit::text("t", "x", "")).empty());
    EXPECT_FALSE(row_problems(kit::choice("m", nullptr, "", "h")).empty());
    EXPECT_FALSE(row_problems(kit::required(kit::text("t", "x", "h"))).empty());
    upsdrv_option odd = kRows[0];
    odd.struct_size = 4;
    EXPECT_FALSE(row_problems(odd).empty());
    odd = kRows[0];
    odd.type = 99;
    EXPECT_FALSE(row_problems(odd).empty());
}

DriverSettings settings_of(const std::string& text) {
    const auto loaded = conf::parse_ups_conf("[u]\ndriver=test\nport=p\n" + text, "ups.conf");
    auto made = make_settings(*loaded.value.find("u"), plugin_with_rows(), "/conf");
    EXPECT_TRUE(made) << made.error().text;
    return *std::move(made);
}

TEST(Settings, ShowEveryOptionButSecrets) {
    const auto shown = settings_of("count=4\nbare\npassword=hush\npollinterval=7\npollfreq=9\n"
                                   "default.battery.charge=5\noverride.ups.mfr=X\nignorelb\n")
                           .shown;
    EXPECT_EQ(shown.at("driver.parameter.count"), "4");
    EXPECT_EQ(shown.at("driver.flag.bare"), "enabled");
    EXPECT_EQ(shown.at("driver.parameter.pollinterval"), "7");
    EXPECT_EQ(shown.at("driver.parameter.pollfreq"), "9");
    EXPECT_EQ(shown.at("driver.parameter.port"), "p");
    EXPECT_EQ(shown.at("driver.parameter.synchronous"), "auto");
    EXPECT_EQ(shown.at("driver.parameter.default.battery.charge"), "5");
    EXPECT_EQ(shown.at("driver.parameter.override.ups.mfr"), "X");
    EXPECT_EQ(shown.at("driver.flag.ignorelb"), "enabled");
    for (const auto& [name, value] : shown)
        EXPECT_EQ(value.find("hush"), std::string::npos) << name;
}

TEST(Settings, AReloadAppliesWhatMayChangeAndKeepsTheRest) {
    const upsdrv_plugin plugin = plugin_with_rows();
    const DriverSettings now = settings_of("count=4\ndelay=1\n");
    const DriverSettings wanted = settings_of("count=5\ndelay=2\nmode=loop\npollinterval=9\n");
    const SettingsChange change = compare(now, wanted, plugin);
    EXPECT_EQ(change.restart, (std::vector<std::string>{"count", "mode"}));
    EXPECT_EQ(change.applied, (std::vector<std::string>{"delay", "pollinterval"}));
    const DriverSettings merged = merge_running(now, wanted, plugin);
    EXPECT_EQ(merged.keeper.poll_interval, std::chrono::seconds(9));
    EXPECT_EQ(merged.shown.at("driver.parameter.count"), "4");
    EXPECT_EQ(merged.shown.at("driver.parameter.delay"), "2");
    EXPECT_FALSE(merged.shown.contains("driver.parameter.mode"));
    EXPECT_TRUE(compare(now, settings_of("count=4\ndelay=1\n"), plugin).empty());
}

ChosenUps choose(std::vector<const char*> words, Result<void>& outcome) {
    conf::MemoryFiles files;
    files.put("/c/ups.conf", "pollinterval = 3\n[u1]\ndriver = dummy-ups\nport = a.dev\n"
                             "[u2]\ndriver = sim\nport = b\n");
    auto line = parse(std::move(words));
    auto chosen = choose_ups(*line, files, "/c");
    if (chosen) return *std::move(chosen);
    outcome = std::unexpected(chosen.error());
    return {};
}

TEST(Environment, ChoosesASectionAndAppliesTheCommandLine) {
    Result<void> outcome;
    const auto chosen = choose({"-a", "u1", "-x", "mode=loop", "-i", "9"}, outcome);
    ASSERT_TRUE(outcome) << outcome.error().text;
    EXPECT_EQ(chosen.section.poll_interval, std::chrono::seconds(9));
    ASSERT_EQ(chosen.section.driver_options.size(), 1U);
    EXPECT_EQ(chosen.section.driver_options[0].value, "loop");
}

TEST(Environment, NeedsNoFileWhenAllIsGiven) {
    Result<void> outcome;
    const auto chosen = choose({"-s", "free", "-x", "port=x.dev"}, outcome);
    ASSERT_TRUE(outcome) << outcome.error().text;
    EXPECT_EQ(chosen.section.name, "free");
    EXPECT_EQ(chosen.section.driver, "dummy-ups");
}

TEST(Environment, RefusesWrongSections) {
    const auto refused = [](std::vector<const char*> words) {
        Result<void> outcome;
        (void)choose(std::move(words), outcome);
        return outcome ? std::string() : outcome.error().text;
    };
    EXPECT_EQ(refused({"-a", "nope"}), "Error: Section nope not found in ups.conf");
    EXPECT_EQ(refused({"-a", "u2"}), "UPS [u2] has driver = sim, and this program is dummy-ups");
    EXPECT_NE(refused({"-s", "x"}), "") << "no port";
    EXPECT_NE(refused({"-s", "../x", "-x", "port=p"}), "");
    EXPECT_NE(refused({}), "");
}

TEST(Environment, FindsFoldersInTheStockOrder) {
    const Folders plain = find_folders({}, "/opt/lib/upsdrv", "", "");
    EXPECT_EQ(plain.plugins.front(), "/opt/lib/plugins");
    EXPECT_EQ(find_folders({}, "/x/upsdrv", "/s1", "/s2").state, "/s1");
    EXPECT_EQ(find_folders({}, "/x/upsdrv", "", "/s2").state, "/s2");
    const EnvironmentVariables both = {{"NUT_STATEPATH", "/s"}, {"NUT_CONFPATH", "/c"}};
    EXPECT_EQ(find_folders(both, "/x/upsdrv", "/s1", "").state, "/s");
    EXPECT_EQ(find_folders(both, "/x/upsdrv", "", "").pid, "/s");
    EXPECT_EQ(find_folders(both, "/x/upsdrv", "", "").conf, "/c");
    EXPECT_EQ(find_folders({{"NUT_STATEPATH", "/s"}, {"NUT_ALTPIDPATH", "/p"}}, "/x/u", "", "").pid,
              "/p");
}

}  // namespace
