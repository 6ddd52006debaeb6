// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/log_file.hpp"

#include "lib/base/file.hpp"

#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ups::upslog {
namespace {

class LogFileTest : public testing::Test {
  protected:
    LogFileTest() {
        char folder[] = "/tmp/upslogXXXXXX";
        folder_ = ::mkdtemp(folder);
        path_ = folder_ + "/log";
    }
    ~LogFileTest() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string text() const { return read_file(path_).value_or("?"); }

    MemorySink sink_;
    Logger logger_{sink_, LogLevel::info};
    std::string folder_;
    std::string path_;
};

/// Files of this process cannot grow beyond `bytes` while this lives: a full disk, as far as a writer sees.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST_F(LogFileTest, AppendsToWhatIsThere) {
    for (const char* record : {"one", "two"}) {
        LogFile log(path_, logger_);
        ASSERT_TRUE(log.open());
        log.write(record);
    }
    EXPECT_EQ(text(), "one\ntwo\n");
}

TEST_F(LogFileTest, SaysWhyItCannotBeOpened) {
    LogFile log(folder_ + "/none/log", logger_);
    const auto opened = log.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().text,
              "could not open logfile " + folder_ + "/none/log: No such file or directory");
}

TEST_F(LogFileTest, GoesOnInANewFileAfterRotation) {
    LogFile log(path_, logger_);
    ASSERT_TRUE(log.open());
    log.write("one");
    std::filesystem::rename(path_, path_ + ".1");
    log.write("two");
    log.reopen();
    log.write("three");
    EXPECT_EQ(read_file(path_ + ".1").value_or("?"), "one\ntwo\n");
    EXPECT_EQ(text(), "three\n");
}

TEST_F(LogFileTest, KeepsTheOldFileWhenTheNewOneCannotBeMade) {
    std::filesystem::create_directory(folder_ + "/sub");
    LogFile log(folder_ + "/sub/log", logger_);
    ASSERT_TRUE(log.open());
    std::filesystem::rename(folder_ + "/sub", folder_ + "/moved");
    log.reopen();
    log.write("one");
    EXPECT_EQ(read_file(folder_ + "/moved/log").value_or("?"), "one\n");
    EXPECT_TRUE(sink_.contains("log.reopen"));
}

TEST_F(LogFileTest, ReportsAFullDiskOnceAndItsEnd) {
    LogFile log(path_, logger_);
    ASSERT_TRUE(log.open());
    {
        const FullDisk full(10);
        log.write("first");
        log.write("second");  // four bytes of it fit
        log.write("third");
        log.write("fourth");
        EXPECT_EQ(log.lost(), 3U);
    }
    EXPECT_EQ(sink_.lines().size(), 1U);
    log.write("fifth");
    log.write("sixth");
    EXPECT_EQ(text(), "first\nseco\nfifth\nsixth\n");
    EXPECT_EQ(sink_.lines().size(), 2U);
    EXPECT_TRUE(sink_.contains("lost=3"));
    EXPECT_EQ(log.lost(), 0U);
}

}  // namespace
}  // namespace ups::upslog
