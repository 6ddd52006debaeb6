// SPDX-License-Identifier: Apache-2.0
#include "lib/sandbox/sandbox.hpp"

#include "lib/base/fd.hpp"
#include "lib/base/file.hpp"
#include "lib/base/password.hpp"
#include "tests/unit/base/child.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

namespace ups::sandbox {
namespace {

using test::in_child;
using test::ScratchFolder;

/// "ok", or the text of errno.
std::string outcome(bool worked) {
    return worked ? "ok" : std::strerror(errno);
}

std::string open_for_reading(const std::string& path) {
    return outcome(static_cast<bool>(Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC))));
}

std::string make_socket(int family, int type) {
    return outcome(static_cast<bool>(Fd(::socket(family, type | SOCK_CLOEXEC, 0))));
}

std::string run_program(const std::string&) {
    const pid_t child = ::vfork();
    if (child == 0) {
        ::execl("/bin/true", "true", nullptr);
        ::_exit(1);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) < 0) return std::strerror(errno);
    return outcome(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

std::string become_program(const std::string&) {
    ::execl("/bin/echo", "echo", "-n", nullptr);
    return std::strerror(errno);
}

std::string map_executable(const std::string&) {
    void* at = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return outcome(at != MAP_FAILED);
}

std::string signal_parent(const std::string&) {
    return outcome(::kill(::getppid(), 0) == 0);
}

std::string raise_limit(const std::string&) {
    rlimit limit{16, 16};
    return outcome(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

std::string write_outside(const std::string& folder) {
    const auto written = write_file_atomic(folder + "/outside", "x", 0600);
    return written ? "ok" : std::strerror(written.error().sys_errno);
}

/// A listener on loopback, made before the sandbox.
int g_listener = -1;
sockaddr_in g_address{};

std::string connect_tcp(const std::string&) {
    const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return outcome(
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&g_address), sizeof g_address) == 0);
}

/// Enters the profile with `folder`/in readable and `folder`/state writable.
std::string enter(const std::string& folder, Profile profile = Profile::upsd) {
    const Layer files = restrict_files(
        profile, {{folder + "/in", Access::read}, {folder + "/state", Access::read_write}});
    const Layer calls = restrict_calls(profile);
    return describe(calls, files);
}

class Sandbox : public testing::Test {
  protected:
    void SetUp() override {
        if (is_sanitized_build()) GTEST_SKIP() << "the sandbox is off in sanitizer builds";
        ASSERT_EQ(::mkdir(folder_.file("in").c_str(), 0755), 0);
        ASSERT_EQ(::mkdir(folder_.file("state").c_str(), 0755), 0);
        ASSERT_TRUE(write_file_atomic(folder_.file("in/file"), "text", 0644));
        ASSERT_TRUE(write_file_atomic(folder_.file("secret"), "text", 0644));
    }
    [[nodiscard]] std::string root() const { return folder_.file(""); }
    static bool has_landlock() {
        const auto child = in_child([] { return restrict_files(Profile::upsd, {}).detail; });
        return child.text.find("ABI") != std::string::npos;
    }
    static int landlock_abi() {
        const auto child = in_child([] { return restrict_files(Profile::upsd, {}).detail; });
        return std::atoi(child.text.substr(child.text.rfind(' ') + 1).c_str());
    }
    /// What `attempt` gives without and with the sandbox.
    std::pair<std::string, test::ChildResult> both(const std::function<std::string()>& attempt,
                                                   Profile profile = Profile::upsd) {
        const auto without = in_child(attempt);
        const auto with = in_child([&] {
            (void)enter(root(), profile);
            return attempt();
        });
        return {without.text, with};
    }
    ScratchFolder folder_;
};

TEST_F(Sandbox, SaysWhatIsOn) {
    const auto child = in_child([&] { return enter(root()); });
    EXPECT_EQ(child.status, 0);
    EXPECT_TRUE(child.text.starts_with("seccomp on, landlock ")) << child.text;
}

struct RefusedCase {
    const char* name;
    std::string (*attempt)(const std::string&);
};
class Refused : public Sandbox, public testing::WithParamInterface<RefusedCase> {};

TEST_P(Refused, WithTheSandboxOnly) {
    const std::string root_path = root();
    const auto [without, with] = both([&] { return GetParam().attempt(root_path); });
    EXPECT_EQ(without, "ok");
    EXPECT_EQ(with.status, 0);
    EXPECT_EQ(with.text, "Operation not permitted");
}

INSTANTIATE_TEST_SUITE_P(
    Calls, Refused,
    testing::Values(
        RefusedCase{"NetlinkSocket", [](const auto&) { return make_socket(AF_NETLINK, SOCK_RAW); }},
        RefusedCase{"PacketOrAlgorithmSocket",
                    [](const auto&) { return make_socket(AF_VSOCK, SOCK_STREAM); }},
        RefusedCase{"NewProcess", run_program}, RefusedCase{"ExecutableMemory", map_executable},
        RefusedCase{"RaisedLimit", raise_limit}, RefusedCase{"SignalToAnother", signal_parent}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Sandbox, ExecveEndsTheProcess) {
    const auto [without, with] = both([&] { return become_program(""); });
    EXPECT_EQ(without, "") << "echo should have run";
    EXPECT_EQ(with.status, 128 + SIGSYS);
}

TEST_F(Sandbox, PtraceEndsTheProcess) {
    const auto [without, with] =
        both([] { return outcome(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0); });
    EXPECT_EQ(without, "ok");
    EXPECT_EQ(with.status, 128 + SIGSYS);
}

TEST_F(Sandbox, SocketsOfTheServerStillWork) {
    for (const int family : {AF_UNIX, AF_INET, AF_INET6}) {
        const auto [without, with] = both([&] { return make_socket(family, SOCK_STREAM); });
        EXPECT_EQ(with.text, without) << family;
    }
}

TEST_F(Sandbox, FilesOutsideTheRulesCannotBeRead) {
    if (!has_landlock()) GTEST_SKIP() << "no Landlock in this kernel";
    for (const std::string& path : {std::string("/etc/passwd"), folder_.file("secret")}) {
        const auto [without, with] = both([&] { return open_for_reading(path); });
        EXPECT_EQ(without, "ok") << path;
        EXPECT_EQ(with.text, "Permission denied") << path;
    }
}

TEST_F(Sandbox, ShadowCannotBeReadEvenByRoot) {
    if (!has_landlock()) GTEST_SKIP() << "no Landlock in this kernel";
    const auto [without, with] = both([] { return open_for_reading("/etc/shadow"); });
    if (without != "ok") GTEST_SKIP() << "needs root";
    EXPECT_EQ(with.text, "Permission denied");
}

TEST_F(Sandbox, FilesInTheRulesCanBeRead) {
    const auto [without, with] = both([&] { return open_for_reading(folder_.file("in/file")); });
    EXPECT_EQ(with.text, "ok");
}

TEST_F(Sandbox, ReadOnlyFolderCannotBeWritten) {
    if (!has_landlock()) GTEST_SKIP() << "no Landlock in this kernel";
    const std::string in = folder_.file("in");
    const auto [without, with] = both([&] { return write_outside(in); });
    EXPECT_EQ(without, "ok");
    EXPECT_EQ(with.text, "Permission denied");
}

TEST_F(Sandbox, StateFolderCanBeWritten) {
    const std::string state = folder_.file("state");
    const auto [without, with] = both([&] { return write_outside(state); });
    EXPECT_EQ(without, "ok");
    EXPECT_EQ(with.text, "ok");
}

TEST_F(Sandbox, ServerMakesNoTcpConnections) {
    if (landlock_abi() < 4) GTEST_SKIP() << "needs Landlock ABI 4";
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    g_listener = listener.get();
    g_address.sin_family = AF_INET;
    g_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(g_listener, reinterpret_cast<const sockaddr*>(&g_address), sizeof g_address),
              0);
    ASSERT_EQ(::listen(g_listener, 4), 0);
    socklen_t size = sizeof g_address;
    ::getsockname(g_listener, reinterpret_cast<sockaddr*>(&g_address), &size);
    const auto [without, with] = both([] { return connect_tcp(""); });
    EXPECT_EQ(without, "ok");
    EXPECT_EQ(with.text, "Permission denied");
    const auto [_, driver] = both([] { return connect_tcp(""); }, Profile::driver);
    EXPECT_EQ(driver.text, "ok") << "drivers speak to devices on the network";
    const auto [__, proxy] = both([] { return connect_tcp(""); }, Profile::proxy);
    EXPECT_EQ(proxy.text, "ok") << "proxies speak to servers";
}

TEST_F(Sandbox, ThreadsThatExistAreFilteredToo) {
    const auto child = in_child([&] {
        std::string seen;
        std::atomic<bool> go = false;
        std::thread thread([&] {
            go.wait(false);
            seen = make_socket(AF_NETLINK, SOCK_RAW);
        });
        (void)enter(root());
        go = true;
        go.notify_one();
        thread.join();
        return seen;
    });
    EXPECT_EQ(child.text, "Operation not permitted");
}

TEST_F(Sandbox, NoNewThreadsInTheServerButInDriversAndProxies) {
    const auto attempt = [] {
        pthread_t thread{};
        const int err = ::pthread_create(
            &thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr);
        if (err == 0) ::pthread_join(thread, nullptr);
        return std::string(err == 0 ? "ok" : "refused");
    };
    EXPECT_EQ(both(attempt).second.text, "refused");
    EXPECT_EQ(both(attempt, Profile::driver).second.text, "ok");
    EXPECT_EQ(both(attempt, Profile::proxy).second.text, "ok");
}

TEST_F(Sandbox, PasswordHashesCanStillBeChecked) {
    const std::string hash = hash_password("pw").value();
    const auto child = in_child([&] {
        (void)enter(root());
        return std::string(password_matches(hash, "pw") ? "ok" : "failed");
    });
    EXPECT_EQ(child.text, "ok");
}

TEST_F(Sandbox, AbortStillLeavesItsMark) {
    const auto child = in_child([&]() -> std::string {
        (void)enter(root());
        std::abort();
    });
    EXPECT_EQ(child.status, 128 + SIGABRT);
}

TEST_F(Sandbox, MissingPathsAreSkipped) {
    const auto child = in_child([&] {
        return restrict_files(Profile::upsd, {{folder_.file("nowhere"), Access::read}}).detail;
    });
    EXPECT_EQ(child.status, 0);
    EXPECT_EQ(child.text.find("nowhere"), std::string::npos);
}

TEST_F(Sandbox, ReplacedFileBehindALinkStaysReadable) {
    ASSERT_EQ(::mkdir(folder_.file("archive").c_str(), 0755), 0);
    ASSERT_TRUE(write_file_atomic(folder_.file("archive/cert1"), "1", 0644));
    ASSERT_EQ(::symlink("../archive/cert1", folder_.file("in/cert").c_str()), 0);
    std::vector<FileRule> rules;
    add_replaceable(rules, folder_.file("in/cert"));
    rules.push_back({folder_.file("archive"), Access::read_write});
    rules.push_back({folder_.file("in"), Access::read_write});
    EXPECT_EQ(rules[0].path, folder_.file("in"));
    EXPECT_EQ(rules[1].path, folder_.file("archive"));
    const auto child = in_child([&] {
        (void)restrict_files(Profile::upsd, {rules[0], rules[1]});
        return read_file(folder_.file("in/cert")).value_or("unreadable");
    });
    EXPECT_EQ(child.text, "1");
}

}  // namespace
}  // namespace ups::sandbox
