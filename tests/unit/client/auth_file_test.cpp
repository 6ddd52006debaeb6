// SPDX-License-Identifier: Apache-2.0
#include "lib/client/tool/auth_file.hpp"

#include "tests/unit/tls/test_certificates.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ups::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ServerAddress server(const std::string& host, std::uint16_t port = kDefaultPort) {
    return {.host = host, .port = port};
}

class AuthFiles : public testing::Test {
  protected:
    AuthFile load(const std::string& text) {
        auto file = AuthFile::load(folder.write("nutauth.conf", text));
        EXPECT_TRUE(file) << file.error().text;
        return file ? std::move(*file) : AuthFile{};
    }
    std::string error_of(const std::string& text) {
        const auto file = AuthFile::load(folder.write("nutauth.conf", text));
        return file ? "no error" : file.error().text;
    }
    tls::TempFolder folder;
};

TEST_F(AuthFiles, SpecialSectionsOverlayGeneralOnes) {
    const AuthFile file = load("USER = everyone\n"
                               "PASS = global  # comment\n"
                               "FORCESSL 1\n"
                               "[rack1:99]\n"
                               "PASS = port\n"
                               "[rack1]\n"
                               "PASS = \"host pass\"\n"
                               "CERTVERIFY = yes\n"
                               "[admin@rack1]\n"
                               "PASS = admins\n");
    EXPECT_EQ(file.find("everyone", server("elsewhere")).password, "global");
    EXPECT_EQ(file.find("everyone", server("elsewhere")).user, "everyone");
    EXPECT_EQ(file.find("everyone", server("rack1")).password, "host pass");
    EXPECT_EQ(file.find("everyone", server("RACK1", 99)).password, "port");
    EXPECT_EQ(file.find("admin", server("rack1")).password, "admins");
    EXPECT_EQ(file.find("admin", server("rack1")).user, "admin");
    EXPECT_TRUE(file.find("admin", server("rack1")).force_ssl.value_or(false));
    EXPECT_TRUE(file.find("admin", server("rack1")).cert_verify.value_or(false));
    EXPECT_FALSE(file.find("admin", server("elsewhere")).cert_verify);
}

TEST_F(AuthFiles, FirstUserSectionDecidesIfNobodyIsAskedFor) {
    const AuthFile file = load(
        "[@rack1]\nCERTFILE=/c.pem\n[first@rack1:3493]\nPASS=1\n[second@rack1:3493]\nPASS=2\n");
    const AuthSettings found = file.find("", server("rack1"));
    EXPECT_EQ(found.user, "first");
    EXPECT_EQ(found.password, "1");
    EXPECT_EQ(found.cert_file, "/c.pem");
    EXPECT_EQ(file.find("second", server("rack1")).password, "2");
}

TEST_F(AuthFiles, V6HostsAreWrittenInBrackets) {
    const AuthFile file = load("[u@[2001:db8::1]:77]\nPASS=a\n[[2001:db8::2]]\nPASS=b\n");
    EXPECT_EQ(file.find("u", server("2001:db8::1", 77)).password, "a");
    EXPECT_FALSE(file.find("u", server("2001:db8::1", 78)).password);
    EXPECT_EQ(file.find("u", server("2001:db8::2", 78)).password, "b");
}

TEST_F(AuthFiles, IncludedFileIsReadInItsPlace) {
    folder.write("more.conf", "PASS = included\n[other]\nPASS = theirs\n");
    const AuthFile file =
        load("PASS = before\nINCLUDE more.conf\nUSER = after\nINCLUDE absent.conf\n");
    EXPECT_EQ(file.find("after", server("x")).password, "included");
    EXPECT_EQ(file.find("after", server("x")).user, "after");
    EXPECT_EQ(file.find("after", server("other")).password, "theirs");
}

TEST_F(AuthFiles, RequiredIncludeMustBeThere) {
    EXPECT_THAT(error_of("INCLUDE_REQUIRED absent.conf\n"), HasSubstr("absent.conf"));
}

TEST_F(AuthFiles, IncludesThatIncludeThemselvesEnd) {
    EXPECT_THAT(error_of("INCLUDE nutauth.conf\n"), HasSubstr("too many files include each other"));
}

TEST_F(AuthFiles, ErrorsNameThePlace) {
    EXPECT_THAT(error_of("USER = a\n\n  [rack1:x]\n"), HasSubstr("nutauth.conf:3:3: a port is"));
    EXPECT_THAT(error_of("[rack1\n"), HasSubstr(":1:1: a section is"));
    EXPECT_THAT(error_of("FORCESSL = maybe\n"), HasSubstr(":1:12: yes or no"));
    EXPECT_THAT(error_of("PASS =\n"), HasSubstr(":1:1: a value is missing"));
    EXPECT_THAT(error_of("PASS = \"abc\n"), HasSubstr("a quote does not end"));
}

TEST_F(AuthFiles, ErrorsDoNotShowThePassword) {
    EXPECT_THAT(error_of("PASS = \"sec#ret\"\n"), testing::Not(HasSubstr("ret")));
}

TEST_F(AuthFiles, UnknownKeyIsAWarningWithTheNearestOne) {
    const AuthFile file = load("PASSS = a\n");
    EXPECT_THAT(file.warnings(),
                ElementsAre(HasSubstr(":1:1: unknown key 'PASSS', did you mean PASS?")));
    EXPECT_THAT(load("SSLBACKEND = nss\n").warnings(), IsEmpty());
}

TEST_F(AuthFiles, FileThatEverybodyReadsIsAWarning) {
    const std::string path = folder.write("nutauth.conf", "PASS = a\n");
    ASSERT_EQ(chmod(path.c_str(), 0644), 0);
    const auto file = AuthFile::load(path);
    ASSERT_TRUE(file);
    EXPECT_THAT(file->warnings(), ElementsAre(HasSubstr("can be read by everybody")));
}

TEST_F(AuthFiles, SearchTakesTheFirstThatIsThere) {
    const AuthFileSearch search{.file = folder.file("given"),
                                .folder = folder.path(),
                                .home = folder.file("home"),
                                .conf_path = folder.file("conf")};
    EXPECT_FALSE(find_auth_file(search));
    std::filesystem::create_directories(folder.file("conf"));
    folder.write("conf/nutauth.conf", "");
    EXPECT_EQ(find_auth_file(search), folder.file("conf/nutauth.conf"));
    std::filesystem::create_directories(folder.file("home/.config/nut"));
    folder.write("home/.nutauth.conf", "");
    EXPECT_EQ(find_auth_file(search), folder.file("home/.nutauth.conf"));
    folder.write("home/.config/nut/nutauth.conf", "");
    EXPECT_EQ(find_auth_file(search), folder.file("home/.config/nut/nutauth.conf"));
    folder.write("nutauth.conf", "");
    EXPECT_EQ(find_auth_file(search), folder.file("nutauth.conf"));
    folder.write("given", "");
    EXPECT_EQ(find_auth_file(search), folder.file("given"));
}

}  // namespace
}  // namespace ups::client
