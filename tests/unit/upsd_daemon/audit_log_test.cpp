// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/audit_log.hpp"

#include <gtest/gtest.h>

namespace ups::upsd {
namespace {

using namespace std::chrono_literals;

class AuditTrail : public testing::Test {
  protected:
    void record(std::string_view item, std::string_view value, std::string_view outcome = "OK",
                std::string_view user = "admin") {
        audit_.record({.session = 7,
                       .user = user,
                       .peer = peer_,
                       .action = "SET VAR",
                       .ups = "rack1",
                       .item = item,
                       .value = value,
                       .outcome = outcome,
                       .tracking = {}});
    }
    FakeClock clock_;
    MemorySink sink_;
    Logger logger_{sink_, LogLevel::info};
    SocketAddress peer_{.host = "192.0.2.9", .port = 4711};
    AuditLog audit_{logger_, clock_};
};

TEST_F(AuditTrail, SaysWhoWhereWhatAndHowItEnded) {
    record("ups.id", "new name");
    EXPECT_EQ(sink_.lines().at(0),
              R"(info audit: session="7" user="admin" peer="192.0.2.9:4711" action="SET VAR" )"
              R"(ups="rack1" item="ups.id" value="new name" outcome="OK")");
}

TEST_F(AuditTrail, RefusalIsAWarning) {
    record("ups.id", "x", "ACCESS-DENIED");
    EXPECT_TRUE(sink_.lines().at(0).starts_with("warning audit: "));
}

TEST_F(AuditTrail, ValuesAreEscapedAndCut) {
    record("ups.id", "a\nb\"c" + std::string(500, 'x'), "OK", "ad\nmin");
    const std::string& line = sink_.lines().at(0);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(line.find(R"(b\"c)"), std::string::npos);
    EXPECT_LT(line.size(), 400U);
}

TEST_F(AuditTrail, ValuesOfSecretVariablesAreHidden) {
    record("ups.snmp.community", "private123");
    EXPECT_FALSE(sink_.contains("private123"));
    EXPECT_TRUE(sink_.contains("(hidden)"));
}

TEST_F(AuditTrail, FloodOfRefusalsIsLimitedAndCounted) {
    for (unsigned i = 0; i < AuditLog::kBurst + 10; ++i)
        record("ups.id", "x", "ACCESS-DENIED");
    EXPECT_EQ(sink_.lines().size(), AuditLog::kBurst);
    clock_.advance(1s);
    record("ups.id", "x", "ACCESS-DENIED");
    EXPECT_TRUE(sink_.contains("audit.left_out: 10 lines about refused commands were left out"));
}

TEST_F(AuditTrail, WhatWasDoneIsNeverLeftOut) {
    for (unsigned i = 0; i < 3 * AuditLog::kBurst; ++i)
        record("ups.id", "x", "ACCESS-DENIED");
    const std::size_t before = sink_.lines().size();
    for (int i = 0; i < 200; ++i)
        record("ups.id", "x");
    EXPECT_EQ(sink_.lines().size(), before + 200);
}

}  // namespace
}  // namespace ups::upsd
