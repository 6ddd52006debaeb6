// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/job.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ups::upsdrvctl {
namespace {

struct Tally {
    int begun = 0;
    int running = 0;
    int most = 0;
    int cancelled = 0;
};

class FakeJob final : public Job {
  public:
    enum class Way { now, later, never };
    FakeJob(Loop& loop, Tally& tally, Way way, Outcome outcome)
        : loop_(loop), tally_(tally), way_(way), outcome_(outcome) {}
    void begin() override {
        ++tally_.begun;
        tally_.most = std::max(tally_.most, ++tally_.running);
        if (way_ == Way::now) end();
        if (way_ == Way::later) loop_.defer([this] { end(); });
    }
    void cancel() override {
        ++tally_.cancelled;
        if (way_ == Way::never) end();
    }

  private:
    void end() {
        --tally_.running;
        finish(outcome_);
    }
    Loop& loop_;
    Tally& tally_;
    Way way_;
    Outcome outcome_;
};

class JobRunnerTest : public testing::Test {
  protected:
    void add(JobRunner& runner, int count, FakeJob::Way way, Outcome outcome = Outcome::done) {
        for (int i = 0; i < count; ++i)
            runner.add(std::make_unique<FakeJob>(loop_, tally_, way, outcome));
    }
    SystemClock clock_;
    Loop loop_{clock_};
    Tally tally_;
};

TEST_F(JobRunnerTest, RunsAllButNotMoreThanAllowedAtOnce) {
    JobRunner runner(loop_, 3);
    add(runner, 10, FakeJob::Way::later);
    EXPECT_EQ(runner.run(), 0U);
    EXPECT_EQ(tally_.begun, 10);
    EXPECT_EQ(tally_.most, 3);
}

TEST_F(JobRunnerTest, TakesJobsThatEndAtOnce) {
    JobRunner runner(loop_, 2);
    add(runner, 1000, FakeJob::Way::now);
    EXPECT_EQ(runner.run(), 0U);
    EXPECT_EQ(tally_.begun, 1000);
}

TEST_F(JobRunnerTest, CountsFailures) {
    JobRunner runner(loop_, 2);
    add(runner, 2, FakeJob::Way::later, Outcome::failed);
    add(runner, 3, FakeJob::Way::later);
    add(runner, 1, FakeJob::Way::now, Outcome::failed);
    EXPECT_EQ(runner.run(), 3U);
}

TEST_F(JobRunnerTest, WithoutJobsIsDone) {
    JobRunner runner(loop_, 2);
    EXPECT_EQ(runner.run(), 0U);
}

TEST_F(JobRunnerTest, CancelEndsWhatRunsAndBeginsNothingMore) {
    JobRunner runner(loop_, 2);
    add(runner, 5, FakeJob::Way::never, Outcome::failed);
    loop_.defer([&] { runner.cancel(); });
    EXPECT_EQ(runner.run(), 5U);
    EXPECT_EQ(tally_.begun, 2);
}

}  // namespace
}  // namespace ups::upsdrvctl
