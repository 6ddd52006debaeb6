// SPDX-License-Identifier: Apache-2.0
#include "lib/base/notify_socket.hpp"

#include "tests/unit/base/child.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace ups {
namespace {

using namespace std::chrono_literals;

/// The service manager's end. `name` as in NOTIFY_SOCKET.
Fd manager_at(const std::string& name) {
    Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    return fd;
}

std::string receive(const Fd& manager) {
    char text[1024];
    const ssize_t got = ::recv(manager.get(), text, sizeof text, 0);
    return got < 0 ? "(nothing)" : std::string(text, static_cast<std::size_t>(got));
}

TEST(NotifySocket, SendsToAPath) {
    const test::ScratchFolder folder;
    const Fd manager = manager_at(folder.file("notify"));
    const auto notify = NotifySocket::connect(folder.file("notify"));
    ASSERT_TRUE(notify) << notify.error().text;
    notify->ready("serving 2 UPSes");
    EXPECT_EQ(receive(manager), "READY=1\nSTATUS=serving 2 UPSes\n");
    notify->stopping();
    EXPECT_EQ(receive(manager), "STOPPING=1\n");
    notify->watchdog();
    EXPECT_EQ(receive(manager), "WATCHDOG=1\n");
}

TEST(NotifySocket, SendsToAnAbstractName) {
    const std::string name = "@rt-notify-" + std::to_string(::getpid());
    const Fd manager = manager_at(name);
    const auto notify = NotifySocket::connect(name);
    ASSERT_TRUE(notify) << notify.error().text;
    notify->status("a\nREADY=1"); // what comes from outside cannot add a line
    EXPECT_EQ(receive(manager), "STATUS=a\\x0aREADY=1\n");
}

TEST(NotifySocket, ReloadCarriesTheMonotonicTime) {
    const test::ScratchFolder folder;
    const Fd manager = manager_at(folder.file("notify"));
    NotifySocket::connect(folder.file("notify"))->reloading();
    EXPECT_TRUE(receive(manager).starts_with("RELOADING=1\nMONOTONIC_USEC="));
}

TEST(NotifySocket, WithoutAManagerDoesNothing) {
    const NotifySocket nobody;
    EXPECT_FALSE(nobody.is_active());
    nobody.ready("x");
    nobody.watchdog();
}

TEST(NotifySocket, RefusesWhatIsNoAddress) {
    for (const std::string& address : {std::string(), std::string("name"), std::string("/"),
                                       std::string("@"), "/" + std::string(200, 'x')})
        EXPECT_EQ(NotifySocket::connect(address).error().code, ErrorCode::invalid) << address;
}

TEST(NotifySocket, EnvironmentIsReadOnceAndCleared) {
    const test::ScratchFolder folder;
    const Fd manager = manager_at(folder.file("notify"));
    ::setenv("NOTIFY_SOCKET", folder.file("notify").c_str(), 1);
    ::setenv("WATCHDOG_USEC", "4000000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    const NotifySocket notify = NotifySocket::from_environment();
    EXPECT_TRUE(notify.is_active());
    EXPECT_EQ(notify.watchdog_limit(), Duration(4s));
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
    EXPECT_FALSE(NotifySocket::from_environment().is_active());
}

TEST(NotifySocket, WatchdogIsForOneProcess) {
    EXPECT_EQ(parse_watchdog("2000000", nullptr, 7), Duration(2s));
    EXPECT_EQ(parse_watchdog("2000000", "7", 7), Duration(2s));
    EXPECT_EQ(parse_watchdog("2000000", "8", 7), std::nullopt);
    EXPECT_EQ(parse_watchdog(nullptr, nullptr, 7), std::nullopt);
    EXPECT_EQ(parse_watchdog("0", nullptr, 7), std::nullopt);
    EXPECT_EQ(parse_watchdog("soon", nullptr, 7), std::nullopt);
}

} // namespace
} // namespace ups
