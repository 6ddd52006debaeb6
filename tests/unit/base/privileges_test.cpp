// SPDX-License-Identifier: Apache-2.0
#include "lib/base/privileges.hpp"

#include "lib/base/file.hpp"
#include "tests/unit/base/child.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>

namespace ups {
namespace {

using test::in_child;

std::string own_status() {
    return read_file("/proc/self/status").value_or("unreadable");
}

std::string drop_to_nobody(KeepRight keep = KeepRight::nothing) {
    const auto account = find_account("nobody");
    if (!account) return account.error().text;
    const auto dropped = drop_privileges(*account, keep);
    return dropped ? "dropped" : dropped.error().text;
}

TEST(Privileges, AccountIsFoundByNameAndByNumber) {
    const auto by_name = find_account("root");
    ASSERT_TRUE(by_name);
    EXPECT_EQ(by_name->uid, 0U);
    EXPECT_TRUE(by_name->is_root());
    const auto by_number = find_account("0");
    ASSERT_TRUE(by_number);
    EXPECT_EQ(by_number->name, "root");
}

TEST(Privileges, ExplicitGroupReplacesThePrimaryOne) {
    const auto account = find_account("nobody", "daemon");
    ASSERT_TRUE(account);
    EXPECT_EQ(account->gid, ::getgrnam("daemon")->gr_gid);
}

TEST(Privileges, UnknownAccountsAreRefused) {
    EXPECT_EQ(find_account("no-such-user-here").error().code, ErrorCode::not_found);
    EXPECT_EQ(find_account("nobody", "no-such-group").error().code, ErrorCode::not_found);
    // The kernel reads this id as "do not change".
    EXPECT_EQ(find_account("4294967295").error().code, ErrorCode::not_found);
    EXPECT_EQ(find_group("4294967295").error().code, ErrorCode::not_found);
    EXPECT_EQ(find_account("-1").error().code, ErrorCode::not_found);
}

/// The outcome of the drop, a line feed, and what the kernel says about the process after it.
std::string drop_and_look(KeepRight keep = KeepRight::nothing) {
    const std::string outcome = drop_to_nobody(keep);
    return outcome + "\n" + own_status();
}

class DropAsRoot : public testing::Test {
  protected:
    void SetUp() override {
        if (!is_root()) GTEST_SKIP() << "needs root";
    }
};

TEST_F(DropAsRoot, ChangesAllIdsAndGroups) {
    const auto child = in_child([] { return drop_and_look(); });
    const auto nobody = find_account("nobody");
    ASSERT_TRUE(nobody);
    const std::string id = std::to_string(nobody->uid);
    EXPECT_EQ(child.text.substr(0, 8), "dropped\n") << child.text;
    EXPECT_NE(child.text.find("Uid:\t" + id + "\t" + id + "\t" + id + "\t" + id),
              std::string::npos);
    EXPECT_NE(child.text.find("Groups:\t" + std::to_string(nobody->gid) + " \n"),
              std::string::npos);
}

TEST_F(DropAsRoot, LeavesNoCapabilityAnywhere) {
    const auto child = in_child([] { return drop_and_look(); });
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
        EXPECT_NE(child.text.find(std::string(set) + ":\t0000000000000000\n"), std::string::npos)
            << set;
    EXPECT_NE(child.text.find("NoNewPrivs:\t1\n"), std::string::npos);
}

TEST_F(DropAsRoot, LowPortsKeepOneCapability) {
    const auto child = in_child([] { return drop_and_look(KeepRight::low_ports); });
    for (const char* set : {"CapPrm", "CapEff", "CapBnd"})
        EXPECT_NE(child.text.find(std::string(set) + ":\t0000000000000400\n"), std::string::npos)
            << set;
}

TEST_F(DropAsRoot, EveryWayBackIsClosed) {
    const auto child = in_child([] {
        if (drop_to_nobody() != "dropped") return std::string("not dropped");
        if (::setuid(0) == 0) return std::string("setuid");
        if (::seteuid(0) == 0) return std::string("seteuid");
        if (::setresuid(0, 0, 0) == 0) return std::string("setresuid");
        if (::setresgid(0, 0, 0) == 0) return std::string("setresgid");
        if (::setgroups(0, nullptr) == 0) return std::string("setgroups");
        if (::access("/etc/shadow", R_OK) == 0) return std::string("shadow");
        return std::string("none");
    });
    EXPECT_EQ(child.text, "none");
}

TEST_F(DropAsRoot, RunningAsRootOnlyForbidsNewRights) {
    const auto child = in_child([] {
        const auto account = find_account("root");
        if (!account || !drop_privileges(*account)) return std::string("failed");
        return std::string(::getuid() == 0 && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "root"
                                                                                            : "?");
    });
    EXPECT_EQ(child.text, "root");
}

TEST_F(DropAsRoot, AnUnprivilegedProcessCannotBecomeSomebodyElse) {
    const auto child = in_child([] {
        if (drop_to_nobody() != "dropped") return std::string("not dropped");
        const auto other = find_account("daemon");
        const auto result = drop_privileges(*other);
        return result ? std::string("became daemon") : result.error().text;
    });
    EXPECT_EQ(child.text, "only root can become user daemon");
}

TEST_F(DropAsRoot, DroppingTwiceToTheSameAccountSucceeds) {
    const auto child = in_child([] {
        const std::string first = drop_to_nobody();
        return first + "," + drop_to_nobody();
    });
    EXPECT_EQ(child.text, "dropped,dropped");
}

} // namespace
} // namespace ups
