// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/user_authenticator.hpp"

#include <future>
#include <gtest/gtest.h>
#include <optional>

namespace ups::upsd {
namespace {

using namespace std::chrono_literals;

/// A session that asks and keeps what it is told.
class Asker final : public AccessWaiter {
  public:
    void on_verdict(Verdict verdict) override {
        ++calls;
        last = verdict;
    }
    int calls = 0;
    std::optional<Verdict> last;
};

conf::User make_user(const std::string& name, const std::string& password) {
    conf::User user;
    user.name = name;
    user.password = password;
    user.has_password = true;
    user.may_set = true;
    return user;
}

/// Short, so that no test waits long for what has to wait.
constexpr Duration kLongest = 200ms;

class Users : public testing::Test {
  protected:
    Users() {
        const std::string hash = hash_password("hashed-pw").value();
        conf_.users = {make_user("plain", "plain-pw"), make_user("slow", hash)};
        authenticator_.apply(UserTable(conf_), kLongest);
    }
    Verdict ask(const std::string& user, const std::string& password, AccessWaiter& waiter,
                Right right = Right::set) {
        return authenticator_.decide({user, password, peer_, right, "rack1", "ups.id"}, waiter);
    }
    /// Runs the loop until `asker` was told, at most ten seconds of real time.
    bool wait_for(const Asker& asker) {
        const Instant limit = std::chrono::steady_clock::now() + 10s;
        while (asker.calls == 0 && std::chrono::steady_clock::now() < limit)
            (void)loop_.run_for(1ms);
        return asker.calls == 1;
    }
    SystemClock clock_;
    Loop loop_{clock_};
    SystemRandom random_;
    MemorySink sink_;
    Logger logger_{sink_, LogLevel::debug};
    conf::UpsdUsers conf_;
    SocketAddress peer_{.host = "192.0.2.1", .port = 40000};
    Asker asker_;
    Worker worker_{loop_};
    UserAuthenticator authenticator_{loop_, worker_, random_, logger_};
};

TEST_F(Users, PlainPasswordIsAnsweredAtOnce) {
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::granted);
    EXPECT_EQ(ask("plain", "wrong", asker_), Verdict::denied);
    EXPECT_EQ(ask("nobody", "plain-pw", asker_), Verdict::pending) << "as slow as a hash";
}

TEST_F(Users, RightPasswordWithoutTheRightIsDenied) {
    EXPECT_EQ(ask("plain", "plain-pw", asker_, Right::fsd), Verdict::denied);
    EXPECT_EQ(ask("plain", "plain-pw", asker_, Right::read), Verdict::granted);
}

TEST_F(Users, HashIsCheckedLaterThenRemembered) {
    ASSERT_EQ(ask("slow", "hashed-pw", asker_), Verdict::pending);
    ASSERT_TRUE(wait_for(asker_));
    EXPECT_EQ(asker_.last, Verdict::granted);
    EXPECT_EQ(ask("slow", "hashed-pw", asker_), Verdict::granted) << "no second check";
}

TEST_F(Users, WrongPasswordForAHashIsDeniedLater) {
    ASSERT_EQ(ask("slow", "wrong", asker_), Verdict::pending);
    ASSERT_TRUE(wait_for(asker_));
    EXPECT_EQ(asker_.last, Verdict::denied);
    EXPECT_EQ(ask("slow", "wrong", asker_), Verdict::pending) << "failures are not remembered";
    authenticator_.cancel(asker_);
}

TEST_F(Users, TheHashItselfIsNoPassword) {
    ASSERT_EQ(ask("slow", conf_.users[1].password, asker_), Verdict::pending);
    ASSERT_TRUE(wait_for(asker_));
    EXPECT_EQ(asker_.last, Verdict::denied);
}

TEST_F(Users, CancelledQuestionIsNeverAnswered) {
    ASSERT_EQ(ask("slow", "hashed-pw", asker_), Verdict::pending);
    authenticator_.cancel(asker_);
    Asker second;
    ASSERT_EQ(ask("slow", "hashed-pw", second), Verdict::pending);
    ASSERT_TRUE(wait_for(second));
    EXPECT_EQ(asker_.calls, 0);
}

TEST_F(Users, ManySessionsWithOnePasswordShareOneCheck) {
    std::vector<Asker> askers(100);
    for (Asker& asker : askers)
        EXPECT_EQ(ask("slow", "hashed-pw", asker), Verdict::pending);
    authenticator_.cancel(askers[0]);
    ASSERT_TRUE(wait_for(askers[1]));
    for (std::size_t i = 1; i < askers.size(); ++i)
        EXPECT_EQ(askers[i].last, Verdict::granted);
    EXPECT_EQ(askers[0].calls, 0);
}

TEST_F(Users, ManyWrongGuessesAtOnceAreNotCheckedAtOnce) {
    std::vector<Asker> askers(10);
    for (std::size_t i = 0; i < askers.size(); ++i)
        EXPECT_EQ(ask("slow", "guess" + std::to_string(i), askers[i]), Verdict::pending);
    (void)loop_.run_for(kLongest / 2);
    int answered = 0;
    for (const Asker& asker : askers)
        answered += asker.calls;
    EXPECT_LE(answered, static_cast<int>(LoginThrottle::kFreeTries));
    for (Asker& asker : askers)
        authenticator_.cancel(asker);
}

TEST_F(Users, SuccessFreesTheOtherGuessesOfTheAddress) {
    std::vector<Asker> wrong(6);
    for (std::size_t i = 0; i < wrong.size(); ++i)
        (void)ask("plain", "g" + std::to_string(i), wrong[i]);
    ASSERT_EQ(wrong.back().calls, 0) << "six tries should have to wait";
    ASSERT_EQ(ask("plain", "plain-pw", asker_), Verdict::pending);
    ASSERT_TRUE(wait_for(wrong.back()));
    EXPECT_EQ(wrong.back().last, Verdict::denied);
}

TEST_F(Users, WaitingQuestionsAreBounded) {
    std::vector<Asker> askers(UserAuthenticator::kMaxWaiting + 5);
    std::size_t denied = 0;
    for (Asker& asker : askers)
        denied += ask("slow", "hashed-pw", asker) == Verdict::denied ? 1U : 0U;
    EXPECT_EQ(denied, 5U);
    for (Asker& asker : askers)
        authenticator_.cancel(asker);
}

TEST_F(Users, AddressThatKeepsFailingWaits) {
    for (unsigned i = 0; i < LoginThrottle::kFreeTries; ++i)
        EXPECT_EQ(ask("plain", "wrong", asker_), Verdict::denied);
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::pending) << "even with the right password";
    EXPECT_TRUE(sink_.contains("auth.slowed peer=192.0.2.1: 3 failed log-ins, the next waits 1 s"));
    ASSERT_TRUE(wait_for(asker_));
    EXPECT_EQ(asker_.last, Verdict::granted);
}

TEST_F(Users, VerifiedPairIsNotSlowedByTheFailuresOfOthers) {
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::granted);
    for (unsigned i = 0; i < 2 * LoginThrottle::kFreeTries; ++i) {
        Asker attacker;
        if (ask("plain", "wrong", attacker) == Verdict::pending) authenticator_.cancel(attacker);
    }
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::granted);
}

TEST_F(Users, ReloadWithoutChangeKeepsWhatWasVerified) {
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::granted);
    for (unsigned i = 0; i < LoginThrottle::kFreeTries + 1; ++i) {
        Asker attacker;
        if (ask("plain", "wrong", attacker) == Verdict::pending) authenticator_.cancel(attacker);
    }
    authenticator_.apply(UserTable(conf_), kLongest);
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::granted);
}

TEST_F(Users, ChangedPasswordEndsWhatWasVerified) {
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::granted);
    conf_.users[0].password = "new-pw";
    authenticator_.apply(UserTable(conf_), kLongest);
    EXPECT_EQ(ask("plain", "plain-pw", asker_), Verdict::denied);
    EXPECT_EQ(ask("plain", "new-pw", asker_), Verdict::granted);
}

TEST_F(Users, UserRemovedWhileTheWorkerChecksIsDenied) {
    ASSERT_EQ(ask("slow", "hashed-pw", asker_), Verdict::pending);
    conf_.users.pop_back();
    authenticator_.apply(UserTable(conf_), kLongest);
    ASSERT_TRUE(wait_for(asker_));
    EXPECT_EQ(asker_.last, Verdict::denied);
}

TEST_F(Users, PasswordChangedWhileTheWorkerChecksIsDenied) {
    std::promise<void> free;
    ASSERT_TRUE(worker_.submit([busy = free.get_future().share()]() -> Worker::Finish {
        busy.wait();
        return [] {};
    }));
    ASSERT_EQ(ask("slow", "hashed-pw", asker_), Verdict::pending);
    (void)loop_.run_for(10ms);
    conf_.users[1].password = hash_password("new-pw").value();
    authenticator_.apply(UserTable(conf_), kLongest);
    free.set_value();
    ASSERT_TRUE(wait_for(asker_));
    EXPECT_EQ(asker_.last, Verdict::denied);
}

TEST_F(Users, GuessesThatWouldWaitTooLongAreDeniedAtOnce) {
    std::vector<Asker> askers(100);
    std::size_t pending = 0;
    for (std::size_t i = 0; i < askers.size(); ++i)
        pending += ask("plain", "g" + std::to_string(i), askers[i]) == Verdict::pending ? 1U : 0U;
    EXPECT_GT(pending, 0U);
    // Each waits for all before it; some more if the first are over meanwhile.
    EXPECT_LE(pending, LoginThrottle::kMaxWaiting * 2);
    for (Asker& asker : askers)
        authenticator_.cancel(asker);
}

TEST_F(Users, ASlowedAddressSlowsNobodyElseWithTheSameGuess) {
    std::vector<Asker> askers(LoginThrottle::kFreeTries);
    for (Asker& asker : askers)
        EXPECT_EQ(ask("plain", "wrong", asker), Verdict::denied);
    EXPECT_EQ(ask("plain", "wrong", asker_), Verdict::pending);
    peer_.host = "192.0.2.2";
    Asker other;
    EXPECT_EQ(ask("plain", "wrong", other), Verdict::denied);
    authenticator_.cancel(asker_);
}

TEST_F(Users, AnAnswerMayEndAnotherWhoWaitsForIt) {
    struct Ender final : AccessWaiter {
        void on_verdict(Verdict) override {
            ++calls;
            authenticator->cancel(*other);
        }
        UserAuthenticator* authenticator = nullptr;
        AccessWaiter* other = nullptr;
        int calls = 0;
    } ender;
    ender.authenticator = &authenticator_;
    ender.other = &asker_;
    Asker last;
    for (AccessWaiter* const waiter : std::initializer_list<AccessWaiter*>{&ender, &asker_, &last})
        ASSERT_EQ(ask("slow", "wrong", *waiter), Verdict::pending);
    ASSERT_TRUE(wait_for(last));
    EXPECT_EQ(ender.calls, 1);
    EXPECT_EQ(asker_.calls, 0);
}

TEST_F(Users, AllOnThisHostAreOneAddress) {
    EXPECT_EQ(throttle_key({.host = "/run/a", .local = true}),
              throttle_key({.host = "/run/b", .local = true}));
    EXPECT_NE(throttle_key({.host = "/run/a", .local = true}), throttle_key({.host = "192.0.2.1"}));
}

TEST_F(Users, LogHoldsNoPassword) {
    for (int i = 0; i < 8; ++i) {
        Asker asker;
        (void)ask("plain", "tell-nobody", asker);
        authenticator_.cancel(asker);
    }
    EXPECT_FALSE(sink_.contains("tell-nobody"));
    EXPECT_FALSE(sink_.lines().empty());
}

}  // namespace
}  // namespace ups::upsd
