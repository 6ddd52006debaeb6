// SPDX-License-Identifier: Apache-2.0
#include "tools/upssched/script.hpp"

#include "lib/base/file.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace ups::upssched {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ScriptTest : public testing::Test {
  protected:
    ScriptTest() {
        char folder[] = "/tmp/upsschedXXXXXX";
        folder_ = ::mkdtemp(folder);
    }
    ~ScriptTest() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] Script script(std::vector<std::string> words) const {
        return {std::move(words),
                {"PATH=/usr/bin:/bin", "OUT=" + folder_, "UPSNAME=old", "NOTIFYTYPE=OLD"}};
    }
    [[nodiscard]] std::string written(const std::string& name) const {
        return read_file(folder_ + "/" + name).value_or("");
    }

    MemorySink sink;
    Logger logger{sink, LogLevel::debug};
    std::string folder_;
};

TEST_F(ScriptTest, TheNameIsNeverInterpreted) {
    const Script shell = script({"printf '%s|' >\"$OUT/out\""});
    ScriptRunner runner(shell, Output::none, logger);
    const std::string name = "a b; touch $OUT/x `touch $OUT/x` \"' \\ *";
    runner.run({name, {}});
    runner.wait_all();
    EXPECT_EQ(written("out"), name + "|");
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/x"));
}

TEST_F(ScriptTest, FurtherWordsOfTheScriptStayWords) {
    EXPECT_EQ(script({"/bin/x", "two words", "it's"}).shell_line(),
              "/bin/x 'two words' 'it'\\''s' \"$1\"");
}

TEST_F(ScriptTest, TheNotificationIsInTheEnvironment) {
    const Script shell =
        script({"printf '%s|%s|%s|' \"$UPSNAME\" \"$NOTIFYTYPE\" \"$NOTIFYMSG\" >\"$OUT/out\"; :"});
    ScriptRunner runner(shell, Output::none, logger);
    runner.run({"a", Cause{"ONBATT", "u@h", "text of it"}});
    runner.wait_all();
    EXPECT_EQ(written("out"), "u@h|ONBATT|text of it|");
    // An old peer does not tell: what the daemon was started with holds, as with stock.
    runner.run({"a", {}});
    runner.wait_all();
    EXPECT_EQ(written("out"), "old|OLD||");
}

TEST_F(ScriptTest, RunsSideBySideUpToTheLimitAndTheRestLater) {
    const Script shell =
        script({"until [ -e \"$OUT/go\" ]; do sleep 0.01; done; : >\"$OUT/done.$1\"; :"});
    ScriptRunner runner(shell, Output::none, logger);
    constexpr std::size_t kRuns = ScriptRunner::kMaxRunning + 5;
    for (std::size_t i = 0; i < kRuns; ++i)
        runner.run({std::to_string(i), {}});
    EXPECT_EQ(runner.running(), ScriptRunner::kMaxRunning);
    EXPECT_TRUE(sink.contains("script.waits"));
    ASSERT_TRUE(write_file_atomic(folder_ + "/go", "", 0600));
    runner.wait_all();
    EXPECT_TRUE(runner.is_idle());
    for (std::size_t i = 0; i < kRuns; ++i)
        EXPECT_TRUE(std::filesystem::exists(folder_ + "/done." + std::to_string(i))) << i;
}

TEST_F(ScriptTest, DropsWhatWouldWaitWithoutLimit) {
    const Script shell = script({"until [ -e \"$OUT/go\" ]; do sleep 0.01; done; :"});
    ScriptRunner runner(shell, Output::none, logger);
    for (std::size_t i = 0; i < ScriptRunner::kMaxRunning + ScriptRunner::kMaxWaiting; ++i)
        runner.run({"a", {}});
    EXPECT_FALSE(sink.contains("script.dropped"));
    runner.run({"one too many", {}});
    EXPECT_TRUE(sink.contains("script.dropped argument=\"one too many\""));
    ASSERT_TRUE(write_file_atomic(folder_ + "/go", "", 0600));
    runner.wait_all();
}

TEST_F(ScriptTest, FailuresAreLogged) {
    const Script shell = script({"exit 3;"});
    ScriptRunner runner(shell, Output::none, logger);
    runner.run({"a", {}});
    runner.wait_all();
    EXPECT_TRUE(sink.contains("CMDSCRIPT failed"));
    EXPECT_TRUE(sink.contains("status=3"));
}

}  // namespace
}  // namespace ups::upssched
