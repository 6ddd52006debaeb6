// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/rule_runner.hpp"

#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

class RuleRunners : public testing::Test {
  protected:
    RuleRunners() {
        const auto loaded = conf::parse_upsmon_conf(
            "MONITOR a@h 1 u p primary\nSHUTDOWNCMD x\n"
            "RULE r WHEN a IS OB DO NOTIFY exit1 THEN RUN \"exit 3\" ELSE RUN \"exit 4\"\n",
            "upsmon.conf");
        EXPECT_TRUE(loaded.ok());
        rules.use(loaded.value);
        rules.runner().on_idle([this] { loop.stop(); });
    }
    void run(const RuleCommand& command) {
        rules.run(command);
        EXPECT_TRUE(rules.is_idle() || loop.run_for(std::chrono::seconds(20)));
    }

    SystemClock clock;
    MemorySink sink;
    Loop loop{clock};
    RuleRunner rules{loop, Logger(sink, ups::LogLevel::info)};
};

TEST_F(RuleRunners, RunsWhatARuleSays) {
    run({"r", "exit 3"});
    run({"r", "exit 4"});
    EXPECT_TRUE(sink.contains("RUN of rule r ended with status 3"));
    EXPECT_TRUE(sink.contains("RUN of rule r ended with status 4"));
}

TEST_F(RuleRunners, RunsNothingElse) {
    for (const RuleCommand& command : {RuleCommand{"r", "exit 5"}, RuleCommand{"s", "exit 3"},
                                       RuleCommand{"r", "exit1"}, RuleCommand{"r", ""}}) {
        rules.run(command);
        EXPECT_TRUE(rules.is_idle()) << command.command;
    }
    EXPECT_TRUE(sink.contains("no rule says so"));
}

TEST(CommandOf, TellsTheRuleToTheShell) {
    const Command command = command_of({"r", "echo $UPSNAME; true"});
    EXPECT_EQ(command.words, (std::vector<std::string>{"/bin/sh", "-c", "echo $UPSNAME; true"}));
    const std::vector<std::pair<std::string, std::string>> expected{{"NOTIFYTYPE", "RULE"},
                                                                    {"UPSNAME", "r"}};
    EXPECT_EQ(command.environment, expected);
    EXPECT_TRUE(command.limit);
}

}  // namespace
}  // namespace ups::upsmon
