// SPDX-License-Identifier: Apache-2.0
#include "lib/tls/tls_io.hpp"

#include "tests/unit/tls/test_certificates.hpp"

#include <array>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ups::tls {
namespace {

using testing::HasSubstr;

struct SocketPair {
    Fd left, right;
};

SocketPair make_pair(int buffer = 0) {
    int fds[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    for (const int fd : fds) {
        if (buffer > 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    }
    return {Fd(fds[0]), Fd(fds[1])};
}

bool is_pending(IoStatus status) {
    return status == IoStatus::want_read || status == IoStatus::want_write;
}

/// One step of a handshake whose outcome the caller looks at later.
void step(TlsIo& io) {
    EXPECT_NE(io.handshake().status, IoStatus::closed);
}

void write_all(ByteIo& io, std::string_view bytes) {
    EXPECT_EQ(io.write(bytes).bytes, bytes.size()) << io.problem();
}

/// Lets both sides shake hands until each is done or has failed.
struct Handshake {
    IoStatus client = IoStatus::want_read;
    IoStatus server = IoStatus::want_read;
};
Handshake shake(TlsIo& client, TlsIo& server) {
    Handshake result;
    for (int turn = 0; turn < 100 && (is_pending(result.client) || is_pending(result.server));
         ++turn) {
        if (is_pending(result.client)) result.client = client.handshake().status;
        if (is_pending(result.server)) result.server = server.handshake().status;
    }
    return result;
}

std::string read_some(ByteIo& io, IoStatus& status) {
    std::array<char, 4096> into{};
    const IoOutcome got = io.read(into);
    status = got.status;
    return {into.data(), got.bytes};
}

class TlsSessions : public testing::Test {
  protected:
    TlsContextPtr server_context(ServerSettings settings = {}) {
        settings.certificate_file = folder.write("server.pem", server.certificate + server.key);
        auto context = TlsContext::server(settings, SystemClock().wall());
        EXPECT_TRUE(context) << context.error().text;
        return *context;
    }
    TlsContextPtr client_context(ClientSettings settings = {}) {
        if (settings.ca_file.empty())
            settings.ca_file = folder.write("ca.pem", authority.certificate);
        auto context = TlsContext::client(settings, SystemClock().wall());
        EXPECT_TRUE(context) << context.error().text;
        return *context;
    }
    void connect(const TlsContextPtr& server_side, const TlsContextPtr& client_side,
                 const std::string& name = "localhost", int buffer = 0) {
        SocketPair sockets = make_pair(buffer);
        server_io = TlsIo::server(server_side, std::move(sockets.left));
        client_io = TlsIo::client(client_side, std::move(sockets.right), name);
    }

    TempFolder folder;
    PemPair authority =
        make_certificate({.common_name = "Test CA", .alt_names = "", .is_authority = true});
    PemPair server = make_certificate({}, &authority);
    std::unique_ptr<TlsIo> server_io, client_io;
};

TEST_F(TlsSessions, BothSidesTalkAfterTheHandshake) {
    connect(server_context(), client_context());
    const Handshake result = shake(*client_io, *server_io);
    ASSERT_EQ(result.client, IoStatus::done) << client_io->problem();
    ASSERT_EQ(result.server, IoStatus::done) << server_io->problem();
    EXPECT_THAT(client_io->description(), HasSubstr("TLSv1.3"));

    EXPECT_EQ(client_io->write("VER\n").bytes, 4U);
    IoStatus status{};
    EXPECT_EQ(read_some(*server_io, status), "VER\n");
    EXPECT_EQ(read_some(*server_io, status), "");
    EXPECT_EQ(status, IoStatus::want_read);
}

TEST_F(TlsSessions, ReadAndWriteDriveTheHandshake) {
    connect(server_context(), client_context());
    IoOutcome put;
    IoStatus status{};
    std::string got;
    for (int turn = 0; turn < 100 && got.empty(); ++turn) {
        if (put.status != IoStatus::done) put = client_io->write("HELP\n");
        got = read_some(*server_io, status);
    }
    EXPECT_EQ(got, "HELP\n");
}

TEST_F(TlsSessions, UnknownAuthorityIsRefused) {
    const PemPair stranger =
        make_certificate({.common_name = "Other CA", .alt_names = "", .is_authority = true});
    connect(server_context(),
            client_context({.ca_file = folder.write("other.pem", stranger.certificate)}));
    EXPECT_EQ(shake(*client_io, *server_io).client, IoStatus::failed);
    EXPECT_THAT(client_io->problem(), HasSubstr("the peer's certificate is refused"));
    EXPECT_THAT(server_io->problem(), HasSubstr("unknown ca"));
}

TEST_F(TlsSessions, UnknownAuthorityIsNoMatterWithoutVerification) {
    connect(server_context(), client_context({.verify = Verify::off}), "elsewhere");
    EXPECT_EQ(shake(*client_io, *server_io).client, IoStatus::done) << client_io->problem();
}

struct NameCase {
    const char* label;
    const char* name;
    bool accepted;
};
class TlsNames : public TlsSessions, public testing::WithParamInterface<NameCase> {};

TEST_P(TlsNames, AreCheckedAgainstTheCertificate) {
    connect(server_context(), client_context(), GetParam().name);
    const IoStatus status = shake(*client_io, *server_io).client;
    EXPECT_EQ(status == IoStatus::done, GetParam().accepted) << client_io->problem();
    if (!GetParam().accepted) {
        EXPECT_THAT(client_io->problem(), HasSubstr("certificate is refused"));
    }
}
INSTANTIATE_TEST_SUITE_P(Cases, TlsNames,
                         testing::Values(NameCase{"right_name", "localhost", true},
                                         NameCase{"right_address", "127.0.0.1", true},
                                         NameCase{"no_name", "", true},
                                         NameCase{"other_name", "power.example", false},
                                         NameCase{"other_address", "127.0.0.2", false},
                                         NameCase{"other_v6_address", "::1", false},
                                         NameCase{"prefix", "localhost.example", false}),
                         [](const auto& row) { return row.param.label; });

TEST_F(TlsSessions, NameWithANulNeverMatches) {
    connect(server_context(), client_context(), std::string("localhost\0.evil", 15));
    EXPECT_EQ(shake(*client_io, *server_io).client, IoStatus::failed);
}

TEST_F(TlsSessions, ExpiredServerCertificateIsRefusedByTheClient) {
    server = make_certificate(
        {.starts_in = std::chrono::hours(-48), .ends_in = std::chrono::hours(-24)}, &authority);
    connect(server_context(), client_context());
    EXPECT_EQ(shake(*client_io, *server_io).client, IoStatus::failed);
    EXPECT_THAT(client_io->problem(), HasSubstr("expired"));
}

TEST_F(TlsSessions, ClientCertificateIsProvedAndNamed) {
    const PemPair client = make_certificate({.common_name = "rack1", .alt_names = ""}, &authority);
    const std::string ca = folder.write("ca.pem", authority.certificate);
    connect(server_context({.ca_file = ca, .client_certificate = ClientCertificate::require}),
            client_context(
                {.certificate_file = folder.write("client.pem", client.certificate + client.key)}));
    const Handshake result = shake(*client_io, *server_io);
    ASSERT_EQ(result.server, IoStatus::done) << server_io->problem();
    EXPECT_EQ(server_io->peer_subject(), "CN=rack1");
}

TEST_F(TlsSessions, MissingClientCertificateEndsTheSessionWhereOneIsRequired) {
    const std::string ca = folder.write("ca.pem", authority.certificate);
    connect(server_context({.ca_file = ca, .client_certificate = ClientCertificate::require}),
            client_context());
    EXPECT_EQ(shake(*client_io, *server_io).server, IoStatus::failed);
    EXPECT_THAT(server_io->problem(), HasSubstr("peer did not return a certificate"));
    // In TLS 1.3 the client learns it with its first read.
    IoStatus status{};
    EXPECT_EQ(read_some(*client_io, status), "");
    EXPECT_EQ(status, IoStatus::failed);
    EXPECT_THAT(client_io->problem(), HasSubstr("certificate required"));
}

TEST_F(TlsSessions, MissingClientCertificateIsFineWhereOneIsOnlyRequested) {
    const std::string ca = folder.write("ca.pem", authority.certificate);
    connect(server_context({.ca_file = ca, .client_certificate = ClientCertificate::request}),
            client_context());
    EXPECT_EQ(shake(*client_io, *server_io).server, IoStatus::done) << server_io->problem();
    EXPECT_EQ(server_io->peer_subject(), "");
}

TEST_F(TlsSessions, ForeignClientCertificateIsRefusedEvenIfOnlyRequested) {
    const PemPair client = make_certificate({.common_name = "intruder", .alt_names = ""});
    const std::string ca = folder.write("ca.pem", authority.certificate);
    connect(server_context({.ca_file = ca, .client_certificate = ClientCertificate::request}),
            client_context(
                {.certificate_file = folder.write("client.pem", client.certificate + client.key)}));
    EXPECT_EQ(shake(*client_io, *server_io).server, IoStatus::failed);
    EXPECT_THAT(server_io->problem(), HasSubstr("certificate is refused"));
}

TEST_F(TlsSessions, SubjectTextCannotBreakALogLine) {
    const PemPair client =
        make_certificate({.common_name = "a\nerror forged", .alt_names = ""}, &authority);
    const std::string ca = folder.write("ca.pem", authority.certificate);
    connect(server_context({.ca_file = ca, .client_certificate = ClientCertificate::require}),
            client_context(
                {.certificate_file = folder.write("client.pem", client.certificate + client.key)}));
    ASSERT_EQ(shake(*client_io, *server_io).server, IoStatus::done) << server_io->problem();
    EXPECT_EQ(server_io->peer_subject().find('\n'), std::string::npos);
}

struct VersionCase {
    const char* label;
    MinVersion least;
    int peer_most;
    bool accepted;
};
class TlsVersions : public TlsSessions, public testing::WithParamInterface<VersionCase> {};

TEST_P(TlsVersions, AreLimited) {
    const TlsContextPtr client_side = client_context();
    // Weaker than any peer of ours can be configured.
    SSL_CTX_set_min_proto_version(client_side->native(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client_side->native(), GetParam().peer_most);
    SSL_CTX_set_cipher_list(client_side->native(), "ALL:@SECLEVEL=0");
    connect(server_context({.min_version = GetParam().least}), client_side);
    const IoStatus status = shake(*client_io, *server_io).server;
    EXPECT_EQ(status == IoStatus::done, GetParam().accepted) << server_io->problem();
    if (!GetParam().accepted) {
        EXPECT_THAT(server_io->problem(), HasSubstr("unsupported protocol"));
    }
}
INSTANTIATE_TEST_SUITE_P(
    Cases, TlsVersions,
    testing::Values(VersionCase{"tls11", MinVersion::tls12, TLS1_1_VERSION, false},
                    VersionCase{"tls12", MinVersion::tls12, TLS1_2_VERSION, true},
                    VersionCase{"tls12_when_13_is_asked", MinVersion::tls13, TLS1_2_VERSION, false},
                    VersionCase{"tls13", MinVersion::tls13, TLS1_3_VERSION, true}),
    [](const auto& row) { return row.param.label; });

TEST_F(TlsSessions, GarbageInsteadOfAHelloFails) {
    SocketPair sockets = make_pair();
    server_io = TlsIo::server(server_context(), std::move(sockets.left));
    PlainIo peer(std::move(sockets.right));
    ASSERT_EQ(peer.write("USERNAME admin\nPASSWORD hello\n").status, IoStatus::done);
    IoStatus status{};
    read_some(*server_io, status);
    EXPECT_EQ(status, IoStatus::failed);
    EXPECT_EQ(server_io->problem(), "the peer does not speak TLS");
    EXPECT_EQ(server_io->write("x").status, IoStatus::failed);
    server_io->finish(); // must be harmless
}

TEST_F(TlsSessions, HalfAHandshakeWaitsAndAnEndThereFails) {
    connect(server_context(), client_context());
    ASSERT_EQ(client_io->handshake().status, IoStatus::want_read);
    ASSERT_EQ(server_io->handshake().status, IoStatus::want_read);
    IoStatus status{};
    read_some(*server_io, status);
    EXPECT_EQ(status, IoStatus::want_read);
    EXPECT_FALSE(server_io->is_established());
    shutdown(client_io->fd(), SHUT_WR);
    read_some(*server_io, status);
    EXPECT_EQ(status, IoStatus::failed);
    EXPECT_THAT(server_io->problem(), HasSubstr("during the TLS handshake"));
}

TEST_F(TlsSessions, HelloThatArrivesByteByByteIsEnough) {
    SocketPair to_server = make_pair();
    SocketPair to_client = make_pair();
    server_io = TlsIo::server(server_context(), std::move(to_server.left));
    client_io = TlsIo::client(client_context(), std::move(to_client.left), "localhost");
    PlainIo server_wire(std::move(to_server.right));
    PlainIo client_wire(std::move(to_client.right));
    for (int turn = 0;
         turn < 20000 && !(server_io->is_established() && client_io->is_established()); ++turn) {
        step(*client_io);
        step(*server_io);
        std::array<char, 1> one{};
        if (const IoOutcome got = client_wire.read(one); got.bytes == 1)
            write_all(server_wire, {one.data(), 1});
        if (const IoOutcome got = server_wire.read(one); got.bytes == 1)
            write_all(client_wire, {one.data(), 1});
    }
    EXPECT_TRUE(server_io->is_established()) << server_io->problem();
    EXPECT_TRUE(client_io->is_established()) << client_io->problem();
}

TEST_F(TlsSessions, CloseNotifyIsAnOrderlyEnd) {
    connect(server_context(), client_context());
    shake(*client_io, *server_io);
    write_all(*client_io, "LOGOUT\n");
    client_io->finish();
    IoStatus status{};
    EXPECT_EQ(read_some(*server_io, status), "LOGOUT\n");
    read_some(*server_io, status);
    EXPECT_EQ(status, IoStatus::closed);
    EXPECT_FALSE(server_io->was_cut());
}

TEST_F(TlsSessions, EndWithoutCloseNotifyIsClosedAndTellsIt) {
    connect(server_context(), client_context());
    shake(*client_io, *server_io);
    write_all(*client_io, "LIST UPS\n");
    client_io.reset();
    IoStatus status{};
    EXPECT_EQ(read_some(*server_io, status), "LIST UPS\n");
    EXPECT_EQ(read_some(*server_io, status), "");
    EXPECT_EQ(status, IoStatus::closed);
    EXPECT_TRUE(server_io->was_cut());
}

TEST_F(TlsSessions, RecordCutInTheMiddleGivesNothingOfIt) {
    SocketPair to_server = make_pair();
    SocketPair to_client = make_pair();
    server_io = TlsIo::server(server_context(), std::move(to_server.left));
    client_io = TlsIo::client(client_context(), std::move(to_client.left), "localhost");
    PlainIo server_wire(std::move(to_server.right));
    PlainIo client_wire(std::move(to_client.right));
    std::array<char, 8192> chunk{};
    for (int turn = 0; turn < 50; ++turn) {
        step(*client_io);
        step(*server_io);
        if (const IoOutcome got = client_wire.read(chunk); got.bytes > 0)
            write_all(server_wire, {chunk.data(), got.bytes});
        if (const IoOutcome got = server_wire.read(chunk); got.bytes > 0)
            write_all(client_wire, {chunk.data(), got.bytes});
    }
    ASSERT_TRUE(server_io->is_established());
    write_all(*client_io, "FSD rack1\n");
    const IoOutcome got = client_wire.read(chunk);
    ASSERT_GT(got.bytes, 5U);
    write_all(server_wire, {chunk.data(), got.bytes - 3});
    { const Fd gone = server_wire.take_fd(); }
    IoStatus status{};
    EXPECT_EQ(read_some(*server_io, status), "");
    EXPECT_EQ(status, IoStatus::closed);
    EXPECT_TRUE(server_io->was_cut());
}

TEST_F(TlsSessions, MegabytesPassThroughTinySocketBuffers) {
    connect(server_context(), client_context(), "localhost", 2048);
    std::string sent(std::size_t{3} * 1024 * 1024, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i)
        sent[i] = static_cast<char>(i * 31 >> 7);
    std::string received;
    std::size_t at = 0;
    std::array<char, 8000> into{};
    for (int turn = 0; turn < 1'000'000 && received.size() < sent.size(); ++turn) {
        if (at < sent.size()) {
            // The bytes move between calls, as they do in a growing output buffer.
            const std::string copy = sent.substr(at, 20000);
            const IoOutcome put = client_io->write(copy);
            ASSERT_NE(put.status, IoStatus::failed) << client_io->problem();
            at += put.bytes;
        }
        const IoOutcome got = server_io->read(into);
        ASSERT_NE(got.status, IoStatus::failed) << server_io->problem();
        received.append(into.data(), got.bytes);
    }
    EXPECT_TRUE(received == sent);
}

TEST_F(TlsSessions, BufferedInputIsReportedUntilItIsRead) {
    connect(server_context(), client_context());
    shake(*client_io, *server_io);
    EXPECT_FALSE(server_io->has_buffered_input());
    write_all(*client_io, "0123456789");
    write_all(*client_io, "abcdef"); // a second record, read ahead together with the first
    std::array<char, 4> few{};
    ASSERT_EQ(server_io->read(few).bytes, 4U);
    EXPECT_TRUE(server_io->has_buffered_input());
    std::string rest;
    while (server_io->has_buffered_input()) {
        const IoOutcome got = server_io->read(few);
        ASSERT_EQ(got.status, IoStatus::done);
        rest.append(few.data(), got.bytes);
    }
    EXPECT_EQ(rest, "456789abcdef");
}

TEST_F(TlsSessions, TakenDescriptorIsStillOpen) {
    connect(server_context(), client_context());
    const int number = server_io->fd();
    const Fd taken = server_io->take_fd();
    EXPECT_EQ(taken.get(), number);
    EXPECT_NE(fcntl(taken.get(), F_GETFD), -1);
    EXPECT_EQ(server_io->write("x").status, IoStatus::failed);
}

TEST_F(TlsSessions, WritingToAGonePeerFailsWithoutASignal) {
    connect(server_context(), client_context());
    shake(*client_io, *server_io);
    server_io.reset();
    EXPECT_EQ(client_io->write("VER\n").status, IoStatus::failed);
    EXPECT_FALSE(client_io->problem().empty());
}

TEST_F(TlsSessions, OldSessionsOutliveAReplacedContext) {
    TlsContextPtr first = server_context();
    connect(first, client_context());
    shake(*client_io, *server_io);
    first.reset();
    server = make_certificate({}, &authority);
    const TlsContextPtr second = server_context();
    write_all(*client_io, "VER\n");
    IoStatus status{};
    EXPECT_EQ(read_some(*server_io, status), "VER\n");
}

TEST_F(TlsSessions, IdleSessionIsSmall) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "the allocator of a sanitizer does not count";
#endif
    constexpr std::size_t kSessions = 64;
    constexpr std::size_t kMost = std::size_t{14} * 1024;
    const TlsContextPtr server_side = server_context();
    const TlsContextPtr client_side = client_context();
    std::vector<std::unique_ptr<TlsIo>> servers;
    std::size_t used = 0;
    IoStatus status{};
    for (std::size_t i = 0; i <= kSessions; ++i) {
        connect(server_side, client_side);
        shake(*client_io, *server_io);
        write_all(*client_io, "VER\n");
        read_some(*server_io, status);
        read_some(*server_io, status);
        servers.push_back(std::move(server_io));
        client_io.reset();
        const std::size_t now = mallinfo2().uordblks;
        if (i == 0)
            used = now;
        else if (i == kSessions)
            used = (now - used) / kSessions;
    }
    RecordProperty("bytes_per_session", static_cast<int>(used));
    EXPECT_LE(used, kMost);
}

} // namespace
} // namespace ups::tls
