// SPDX-License-Identifier: Apache-2.0
#include "lib/base/fd.hpp"
#include "lib/base/journal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>

namespace ups {
namespace {

using namespace std::string_literals;

TEST(JournalEntry, IsOneLineForEachField) {
    const JournalField fields[] = {{"MESSAGE", "on battery"}, {"UPS_NAME", "a=b"}, {"EMPTY", ""}};
    EXPECT_EQ(to_journal_entry(fields), "MESSAGE=on battery\nUPS_NAME=a=b\nEMPTY=\n");
}

TEST(JournalEntry, CountsAValueOfSeveralLines) {
    const JournalField fields[] = {{"MESSAGE", "a\nFAKE=1"}, {"B", "2"}};
    EXPECT_EQ(to_journal_entry(fields), "MESSAGE\n\x08\0\0\0\0\0\0\0a\nFAKE=1\nB=2\n"s);
}

class JournalSocket : public testing::Test {
  protected:
    void SetUp() override {
        std::string folder = "/tmp/ups-journal-XXXXXX";
        ASSERT_NE(::mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        path_ = folder + "/socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        ASSERT_EQ(
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string folder_;
    std::string path_;
    Fd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
};

TEST_F(JournalSocket, GetsTheEntryAsOneDatagram) {
    const JournalField fields[] = {{"MESSAGE", "hello"}, {"PRIORITY", "5"}};
    ASSERT_TRUE(send_to_journal(path_, fields));
    std::array<char, 256> bytes{};
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    ASSERT_GT(got, 0);
    EXPECT_EQ(std::string(bytes.data(), static_cast<std::size_t>(got)),
              "MESSAGE=hello\nPRIORITY=5\n");
}

TEST_F(JournalSocket, FailsWhereNobodyListens) {
    const JournalField fields[] = {{"MESSAGE", "hello"}};
    EXPECT_FALSE(send_to_journal(folder_ + "/none", fields));
    EXPECT_FALSE(send_to_journal("", fields));
    EXPECT_FALSE(send_to_journal(std::string(200, 'x'), fields));
}

TEST_F(JournalSocket, NeverMakesTheSenderWait) {
    const std::string text(1000, 'x');
    const JournalField fields[] = {{"MESSAGE", text}};
    bool failed = false;
    for (int i = 0; i < 100'000 && !failed; ++i)
        failed = !send_to_journal(path_, fields);
    EXPECT_TRUE(failed) << "a full socket refuses";
}

}  // namespace
}  // namespace ups
