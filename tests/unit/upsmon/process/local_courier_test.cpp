// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/local_courier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <sys/un.h>

namespace ups::upsmon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LocalCouriers : public testing::Test {
  protected:
    void SetUp() override {
        std::string folder = "/tmp/ups-courier-XXXXXX";
        ASSERT_NE(::mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        courier_.emplace(loop_, LocalCourier::Places{folder + "/post", folder + "/journal"},
                         Logger(sink_, LogLevel::debug));
        courier_->on_idle([this] { loop_.stop(); });
        conf_.sendmail = {script("mta", "cat >> " + folder + "/mails")};
        conf_.mail_to = {"root"};
        conf_.notify_retry = 1s;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string script(const std::string& name, const std::string& text) {
        const std::string path = folder_ + "/" + name;
        std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path;
    }
    std::string content(const std::string& name) {
        std::ifstream file(folder_ + "/" + name);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void deliver(std::uint8_t ways, const std::string& text, const std::string& type = "ALARM") {
        courier_->deliver({.ways = ways, .type = type, .ups = "u", .text = text, .host = "h"});
    }
    void run() { EXPECT_TRUE(loop_.run_for(20s)) << "it does not become idle"; }

    std::string folder_;
    SystemClock clock_;
    Loop loop_{clock_};
    MemorySink sink_;
    conf::UpsmonConf conf_;
    std::optional<LocalCourier> courier_;
};

TEST_F(LocalCouriers, MailsThroughTheProgram) {
    courier_->use(conf_);
    deliver(conf::kNotifyMail, "it rains");
    run();
    EXPECT_THAT(content("mails"), HasSubstr("Subject: it rains\n"));
    EXPECT_THAT(sink_.lines(), testing::IsEmpty());
}

TEST_F(LocalCouriers, TriesMailAgainAndSaysThatItWentThrough) {
    const std::string mark = folder_ + "/mark";
    conf_.sendmail = {script("mta", "[ -e " + mark + " ] && exit 0; touch " + mark + "; exit 75")};
    courier_->use(conf_);
    deliver(conf::kNotifyMail, "it rains");
    run();
    ASSERT_EQ(sink_.lines().size(), 2U);
    EXPECT_THAT(sink_.lines()[0], HasSubstr("ended with status 75; it is tried again"));
    EXPECT_THAT(sink_.lines()[1], HasSubstr("went through"));
}

TEST_F(LocalCouriers, GivesUpOnceWithOneLine) {
    conf_.sendmail = {folder_ + "/none"};
    conf_.notify_tries = 2;
    courier_->use(conf_);
    deliver(conf::kNotifyMail, "it rains");
    run();
    int given_up = 0;
    for (const std::string& line : sink_.lines())
        given_up += line.find("notify.given_up") != line.npos ? 1 : 0;
    EXPECT_EQ(given_up, 1);
    EXPECT_TRUE(sink_.contains("tries=2"));
}

TEST_F(LocalCouriers, TellsTogetherWhatIsTooMuchButNothingUrgentWaits) {
    conf_.notify_limit = 1;
    conf_.notify_limit_time = 1s;
    courier_->use(conf_);
    deliver(conf::kNotifyMail, "first");
    deliver(conf::kNotifyMail, "second");
    deliver(conf::kNotifyMail, "third");
    deliver(conf::kNotifyMail, "battery low", "LOWBATT");
    run();
    const std::string mails = content("mails");
    EXPECT_THAT(mails, HasSubstr("Subject: first\n"));
    EXPECT_THAT(mails, HasSubstr("Subject: battery low\n"));
    EXPECT_THAT(mails, Not(HasSubstr("Subject: second\n")));
    EXPECT_THAT(mails, HasSubstr("Subject: 2 notifications were held back"));
    EXPECT_THAT(mails, HasSubstr("the last: third"));
    EXPECT_TRUE(sink_.contains("notify.limit way=MAIL count=2"));
}

TEST_F(LocalCouriers, AtTheEndWhatIsHeldOrWaitsGoesAtOnce) {
    conf_.notify_limit = 1;
    conf_.notify_limit_time = 24h;
    courier_->use(conf_);
    deliver(conf::kNotifyMail, "first");
    deliver(conf::kNotifyMail, "second");
    courier_->finish();
    run();
    EXPECT_THAT(content("mails"), HasSubstr("Subject: second\n"));
    EXPECT_TRUE(courier_->is_idle());
}

TEST_F(LocalCouriers, PostsGetAddressHeadersAndBodyOnStandardInput) {
    script("post", "echo \"$*\" > " + folder_ + "/words; cat > " + folder_ + "/input");
    conf_.webhooks = {{"https://h.example.org/hidden", {{"Authorization", "Bearer s"}}}};
    courier_->use(conf_);
    deliver(conf::kNotifyWebhook, "it rains");
    run();
    EXPECT_EQ(content("words"), "30\n");
    EXPECT_THAT(content("input"),
                testing::StartsWith("https://h.example.org/hidden\nAuthorization: Bearer s\n\n{"));
}

TEST_F(LocalCouriers, APostThatWasRefusedIsNotRepeatedAndNoSecretIsLogged) {
    script("post", "echo x >> " + folder_ + "/tries; exit 69");
    conf_.webhooks = {{"https://me:pw@h.example.org/hidden", {{"Authorization", "Bearer s"}}}};
    courier_->use(conf_);
    deliver(conf::kNotifyWebhook, "it rains");
    run();
    EXPECT_EQ(content("tries"), "x\n");
    ASSERT_EQ(sink_.lines().size(), 1U);
    EXPECT_THAT(sink_.lines()[0], HasSubstr("post to https://h.example.org was refused"));
}

TEST_F(LocalCouriers, SaysAtOnceThatNothingCanBePosted) {
    conf_.webhooks = {{"https://h.example.org/", {}}};
    courier_->use(conf_);
    EXPECT_TRUE(sink_.contains("nothing will be posted"));
}

TEST_F(LocalCouriers, WritesToTheJournal) {
    const Fd journal(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder_ + "/journal";
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(journal.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    courier_->use(conf_);
    deliver(conf::kNotifyJournal, "it rains");
    std::array<char, 1024> bytes{};
    const ssize_t got = ::recv(journal.get(), bytes.data(), bytes.size(), 0);
    ASSERT_GT(got, 0);
    const std::string entry(bytes.data(), static_cast<std::size_t>(got));
    EXPECT_THAT(entry, HasSubstr("MESSAGE=it rains\n"));
    EXPECT_THAT(entry, HasSubstr("UPS_NAME=u\n"));
    EXPECT_THAT(entry, HasSubstr("UPS_NOTIFY_TYPE=ALARM\n"));
    EXPECT_THAT(sink_.lines(), testing::IsEmpty());
}

TEST_F(LocalCouriers, WithoutAJournalWritesToTheLogUnlessThatHasIt) {
    courier_->use(conf_);
    deliver(conf::kNotifyJournal | conf::kNotifySyslog, "logged by the worker");
    deliver(conf::kNotifyJournal, "it rains");
    ASSERT_EQ(sink_.lines().size(), 1U);
    EXPECT_THAT(sink_.lines()[0], HasSubstr("type=ALARM ups=u: it rains"));
}

}  // namespace
}  // namespace ups::upsmon
