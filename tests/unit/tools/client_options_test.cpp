// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tls/test_certificates.hpp"
#include "tools/upsc/options.hpp"
#include "tools/upscmd/options.hpp"
#include "tools/upsrw/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ups {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// argv as main() gets it, writable.
class Arguments {
  public:
    Arguments(std::initializer_list<const char*> words) {
        texts_.emplace_back("tool");
        texts_.insert(texts_.end(), words.begin(), words.end());
        for (std::string& text : texts_)
            pointers_.push_back(text.data());
        pointers_.push_back(nullptr);
        optind = 0;  // getopt(3): starts all over
        opterr = 0;
    }
    [[nodiscard]] int count() const { return static_cast<int>(texts_.size()); }
    [[nodiscard]] char** values() { return pointers_.data(); }
    [[nodiscard]] const std::string& at(std::size_t i) const { return texts_[i]; }

  private:
    std::vector<std::string> texts_;
    std::vector<char*> pointers_;
};

template <class Parse> auto parsed(Parse parse, Arguments arguments) {
    return parse(arguments.count(), arguments.values());
}

TEST(UpscOptions, FormsOfTheCommandLine) {
    using upsc::Action;
    EXPECT_EQ(parsed(upsc::parse_options, {"-l"})->action, Action::names);
    EXPECT_EQ(parsed(upsc::parse_options, {"-L", "host"})->action, Action::names_and_descriptions);
    EXPECT_EQ(parsed(upsc::parse_options, {"-c", "u"})->action, Action::clients);
    EXPECT_EQ(parsed(upsc::parse_options, {"u"})->action, Action::variables);
    EXPECT_EQ(parsed(upsc::parse_options, {"--watch", "u"})->action, Action::watch);
    EXPECT_EQ(parsed(upsc::parse_options, {"-Z"})->action, Action::help);
    EXPECT_EQ(parsed(upsc::parse_options, {"-h"})->action, Action::help);
    EXPECT_EQ(parsed(upsc::parse_options, {"-u", "x"})->action, Action::help) << "upsc has no -u";
    EXPECT_EQ(parsed(upsc::parse_options, {"--json", "u"})->format, upsc::Format::json);
}

TEST(UpscOptions, EndAtTheFirstArgumentAsStock) {
    EXPECT_THAT(parsed(upsc::parse_options, {"u", "-l"})->arguments, ElementsAre("u", "-l"));
}

TEST(UpscmdOptions, MissingArgumentsAreHelp) {
    using upscmd::Action;
    EXPECT_EQ(parsed(upscmd::parse_options, {})->action, Action::help);
    EXPECT_EQ(parsed(upscmd::parse_options, {"u"})->action, Action::help);
    EXPECT_EQ(parsed(upscmd::parse_options, {"-l"})->action, Action::help);
    EXPECT_EQ(parsed(upscmd::parse_options, {"u", "load.off"})->action, Action::run);
    EXPECT_EQ(parsed(upscmd::parse_options, {"-l", "u"})->list_ups, "u");
}

TEST(UpscmdOptions, StrictImpliesWaiting) {
    using client::Tracking;
    EXPECT_EQ(parsed(upscmd::parse_options, {"u", "a.b"})->tracked.tracking, Tracking::no);
    EXPECT_EQ(parsed(upscmd::parse_options, {"-w", "u", "a.b"})->tracked.tracking, Tracking::wait);
    EXPECT_EQ(parsed(upscmd::parse_options, {"--strict", "-w", "u", "a.b"})->tracked.tracking,
              Tracking::strict);
}

TEST(UpsrwOptions, AssignmentIsSplitAtItsFirstEqualsSign) {
    const auto both = parsed(upsrw::parse_options, {"-s", "ups.id=a=b", "u"});
    EXPECT_EQ(both->variable, "ups.id");
    EXPECT_EQ(both->value, "a=b");
    EXPECT_EQ(parsed(upsrw::parse_options, {"-s", "ups.id=", "u"})->value, "");
    EXPECT_FALSE(parsed(upsrw::parse_options, {"-s", "ups.id", "u"})->value);
    EXPECT_EQ(parsed(upsrw::parse_options, {"u"})->action, upsrw::Action::list);
    EXPECT_EQ(parsed(upsrw::parse_options, {"-l"})->action, upsrw::Action::help);
}

TEST(CommonOptions, PasswordIsWipedFromTheCommandLine) {
    Arguments arguments{"-p", "secret", "u", "a.b"};
    const auto options = upscmd::parse_options(arguments.count(), arguments.values());
    EXPECT_EQ(options->common.password, "secret");
    EXPECT_EQ(arguments.at(2), "xxxxxx");
}

TEST(CommonOptions, BadValuesAreNamed) {
    EXPECT_EQ(parsed(upscmd::parse_options, {"-t", "x", "u", "a.b"}).error().text,
              "Could not convert the provided value for timeout ('-t' option) to unsigned int: "
              "Invalid argument");
    EXPECT_EQ(parsed(upscmd::parse_options, {"-t", "99999999999", "u", "a.b"}).error().text,
              "Could not convert the provided value for timeout ('-t' option) to unsigned int: "
              "Numerical result out of range");
    EXPECT_THAT(parsed(upsc::parse_options, {"-W", "", "u"}).error().text,
                HasSubstr("'-W' option"));
    EXPECT_THAT(parsed(upsc::parse_options, {"--tls=maybe", "u"}).error().text,
                HasSubstr("--tls takes"));
}

TEST(CommonOptions, HelpFitsEightyColumns) {
    for (const std::string& help : {upsc::help_text(), upscmd::help_text(), upsrw::help_text()}) {
        std::size_t start = 0;
        for (std::size_t end = 0; (end = help.find('\n', start)) != std::string::npos;
             start = end + 1)
            EXPECT_LE(end - start, 80U) << help.substr(start, end - start);
    }
}

// What the options and nutauth.conf make of a connection.

char* no_environment(const char*) {
    return nullptr;
}
char* some_environment(const char* name) {
    static char seconds[] = "3";
    static char password[] = "from env";
    if (std::string_view(name) == "NUT_DEFAULT_CONNECT_TIMEOUT") return seconds;
    if (std::string_view(name) == "UPS_PASSWORD") return password;
    return nullptr;
}

class Plans : public testing::Test {
  protected:
    client::Plan plan(const char* host = "rack1", client::GetEnv environment = &no_environment) {
        if (options.auth_file.empty()) options.auth_file = folder.write("none.conf", "");
        auto made = client::make_plan(options, {.host = host, .port = 3493}, environment,
                                      SystemClock().wall());
        EXPECT_TRUE(made) << made.error().text;
        return made ? std::move(*made) : client::Plan{};
    }
    tls::TempFolder folder;
    client::CommonOptions options;
};

TEST_F(Plans, RemoteServersAreOfferedTlsAndLocalOnesAreNot) {
    EXPECT_EQ(plan("rack1").connection.connect.tls, client::TlsMode::automatic);
    EXPECT_FALSE(plan("rack1").connection.connect.context->verifies_peer());
    EXPECT_EQ(plan("localhost").connection.connect.tls, client::TlsMode::off);
    EXPECT_EQ(plan("/run/upsd").connection.connect.tls, client::TlsMode::off);
}

TEST_F(Plans, AuthorityMeansVerification) {
    options.ca = folder.write("ca.pem", tls::make_certificate({.is_authority = true}).certificate);
    const client::Plan made = plan("localhost");
    EXPECT_EQ(made.connection.connect.tls, client::TlsMode::require);
    EXPECT_TRUE(made.connection.connect.context->verifies_peer());
}

TEST_F(Plans, DirectTlsIsNeverClear) {
    options.tls_direct = true;
    EXPECT_EQ(plan("localhost").connection.connect.tls, client::TlsMode::direct);
}

TEST_F(Plans, AuthFileRulesHoldUnlessOptionsSayOtherwise) {
    options.auth_file = folder.write(
        "nutauth.conf", "USER=admin\nPASS=secret\nCERTVERIFY=1\nCERTHOST=power.example\n");
    client::Plan made = plan();
    EXPECT_EQ(made.user, "admin");
    EXPECT_EQ(made.password, "secret");
    EXPECT_TRUE(made.connection.connect.context->verifies_peer());
    EXPECT_EQ(made.connection.connect.certificate_name, "power.example");
    options.tls = client::ToolTls::off;
    options.password = "typed";
    made = plan();
    EXPECT_EQ(made.connection.connect.tls, client::TlsMode::off);
    EXPECT_EQ(made.password, "typed");
}

TEST_F(Plans, PasswordOfTheFileIsNotGivenToAnotherUser) {
    options.auth_file = folder.write("nutauth.conf", "USER=admin\nPASS=secret\n");
    options.user = "somebody";
    EXPECT_FALSE(plan().password);
}

TEST_F(Plans, PasswordComesFromAFileOrTheEnvironment) {
    options.password_file = folder.write("password", "two words\r\nrest\n");
    EXPECT_EQ(plan().password, "two words");
    options.password_file.clear();
    options.password_env = "UPS_PASSWORD";
    EXPECT_EQ(plan("rack1", &some_environment).password, "from env");
}

TEST_F(Plans, ConnectTimeoutOfTheEnvironmentGivesWayToTheOption) {
    EXPECT_EQ(plan().connection.connect.timeout, std::chrono::seconds(10));
    EXPECT_EQ(plan("rack1", &some_environment).connection.connect.timeout, std::chrono::seconds(3));
    options.timeout = 7;
    EXPECT_EQ(plan("rack1", &some_environment).connection.connect.timeout, std::chrono::seconds(7));
}

TEST_F(Plans, UnreadableFilesAreNamed) {
    options.auth_file = folder.file("absent.conf");
    const auto made = client::make_plan(options, {}, &no_environment, SystemClock().wall());
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().text, HasSubstr("absent.conf"));
}

}  // namespace
}  // namespace ups
