// SPDX-License-Identifier: Apache-2.0
#include "lib/base/fd.hpp"
#include "lib/base/file.hpp"
#include "lib/base/log.hpp"
#include "lib/base/random.hpp"
#include "lib/base/result.hpp"

#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace ups {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return fail(ErrorCode::invalid, "odd");
    return number / 2;
}

Result<int> quarter(int number) {
    UPS_TRY(const int once, half(number));
    UPS_TRY(const int twice, half(once));
    return twice;
}

TEST(Result, TravelsThroughTry) {
    EXPECT_EQ(quarter(8), 2);
    ASSERT_FALSE(quarter(6));
    EXPECT_EQ(quarter(6).error().text, "odd");
    EXPECT_EQ(quarter(6).error().within("ups.conf").text, "ups.conf: odd");
}

TEST(Result, KeepsErrno) {
    const auto failure = open_file("/nonexistent/file", O_RDONLY);
    ASSERT_FALSE(failure);
    EXPECT_EQ(failure.error().code, ErrorCode::not_found);
    EXPECT_EQ(failure.error().sys_errno, ENOENT);
}

TEST(Fd, ClosesOnceAndMoves) {
    int raw = -1;
    {
        Fd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        raw = first.get();
        const Fd second = std::move(first);
        EXPECT_EQ(second.get(), raw);
        EXPECT_GE(::fcntl(raw, F_GETFD), 0);
    }
    EXPECT_LT(::fcntl(raw, F_GETFD), 0);
}

class Files : public testing::Test {
  protected:
    Files() {
        std::string pattern = testing::TempDir() + "/filesXXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Files() override { std::filesystem::remove_all(folder_); }
    std::string folder_;
};

TEST_F(Files, AreReplacedWholeWithTheModeAsked) {
    const std::string path = folder_ + "/x";
    ASSERT_TRUE(write_file_atomic(path, "one", 0640));
    ASSERT_TRUE(write_file_atomic(path, "two", 0640));
    EXPECT_EQ(read_file(path).value(), "two");
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0640U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, ThatAreTooLargeOrNoFilesAreRefused) {
    const std::string path = folder_ + "/x";
    ASSERT_TRUE(write_file_atomic(path, "12345", 0600));
    EXPECT_EQ(read_file(path, 4).error().code, ErrorCode::too_long);
    EXPECT_EQ(read_file(folder_).error().code, ErrorCode::invalid);
    const std::string fifo = folder_ + "/fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_EQ(read_file(fifo).error().code, ErrorCode::invalid);
}

TEST_F(Files, FailedWriteLeavesNothingBehind) {
    EXPECT_FALSE(write_file_atomic(folder_ + "/none/x", "text", 0600));
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST(Log, CarriesEventContextAndText) {
    MemorySink sink;
    const Logger log = Logger(sink, LogLevel::info).with("ups", "rack 1");
    log.warning("driver.stale", "no data", {{"seconds", "16"}});
    log.debug("driver.line", "not shown");
    ASSERT_EQ(sink.lines().size(), 1U);
    EXPECT_EQ(sink.lines()[0], "warning driver.stale ups=\"rack 1\" seconds=16: no data");
}

TEST(Log, EscapesTextOfAPeer) {
    MemorySink sink;
    Logger(sink, LogLevel::info).info("x", "", {{"peer", "a\nfake line"}});
    EXPECT_EQ(sink.lines()[0], "info x peer=\"a\\x0afake line\"");
}

TEST(Uuid, HasTheShapeOfTrackingIds) {
    SystemRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string uuid = make_uuid(random);
        ASSERT_EQ(uuid.size(), 36U);
        EXPECT_EQ(uuid[14], '4');
        EXPECT_NE(std::string("89AB").find(uuid[19]), std::string::npos);
        EXPECT_EQ(uuid.find_first_not_of("0123456789ABCDEF-"), std::string::npos);
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(Paths, JoinUnlessAbsolute) {
    EXPECT_EQ(join_path("/etc/nut", "ups.conf"), "/etc/nut/ups.conf");
    EXPECT_EQ(join_path("/etc/nut/", "ups.conf"), "/etc/nut/ups.conf");
    EXPECT_EQ(join_path("/etc/nut", "/tmp/x"), "/tmp/x");
}

}  // namespace
}  // namespace ups
