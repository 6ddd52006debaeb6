// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/feed_link.hpp"

#include <cerrno>
#include <gtest/gtest.h>

namespace ups::upsmon {
namespace {

using client::connect_failure;
using client::FailureKind;
using client::other_failure;
using client::server_failure;

TEST(LossOf, SaysWhoIsMissing) {
    EXPECT_EQ(loss_of(server_failure("DATA-STALE", "")), Loss::stale);
    EXPECT_EQ(loss_of(server_failure("DRIVER-NOT-CONNECTED", "")), Loss::driver);
    EXPECT_EQ(loss_of(server_failure("UNKNOWN-UPS", "")), Loss::driver);
    EXPECT_EQ(loss_of(connect_failure(ECONNREFUSED)), Loss::server);
    EXPECT_EQ(loss_of(connect_failure(EHOSTUNREACH)), Loss::network);
    EXPECT_EQ(loss_of(other_failure(FailureKind::timeout, "")), Loss::network);
    EXPECT_EQ(loss_of(other_failure(FailureKind::no_such_host, "")), Loss::network);
    EXPECT_EQ(loss_of(other_failure(FailureKind::disconnected, "")), Loss::server);
}

TEST(LoginOf, SaysWhyItIsRefused) {
    EXPECT_EQ(login_of(server_failure("ACCESS-DENIED", "")), Login::access_denied);
    EXPECT_EQ(login_of(server_failure("UNKNOWN-UPS", "")), Login::unknown_ups);
    EXPECT_EQ(login_of(server_failure("TLS-NOT-ENABLED", "")), Login::tls_trouble);
    EXPECT_EQ(login_of(server_failure("SOMETHING", "")), Login::failed);
    EXPECT_EQ(login_of(other_failure(FailureKind::tls, "")), Login::tls_trouble);
}

}  // namespace
}  // namespace ups::upsmon
