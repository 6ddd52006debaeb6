// SPDX-License-Identifier: Apache-2.0
#include "kit/options.hpp"
#include "kit/plugin.hpp"
#include "kit/recording.hpp"
#include "kit/str.hpp"
#include "kit/testing/fake_host.hpp"
#include "kit/text.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>

namespace {

namespace kit = ups::kit;
using kit::testing::FakeHost;
using kit::testing::Session;
using Strings = std::vector<std::string>;

TEST(KitNumbers, AreDecimalWithoutExponentOrMinusZero) {
    EXPECT_EQ(kit::number(230.06, 1), "230.1");
    EXPECT_EQ(kit::number(1e20, 0), "100000000000000000000");
    EXPECT_EQ(kit::number(-0.01, 1), "0.0");
    EXPECT_EQ(kit::number(-0.06, 1), "-0.1");
    EXPECT_EQ(kit::number(std::int64_t{-5}), "-5");
    EXPECT_EQ(kit::number(std::numeric_limits<double>::quiet_NaN(), 1), "");
    EXPECT_EQ(kit::number(std::numeric_limits<double>::infinity(), 1), "");
}

TEST(KitNumbers, AreReadWholeOrNotAtAll) {
    EXPECT_EQ(kit::to_decimal("042.7"), 42.7);
    EXPECT_EQ(kit::to_integer("-12"), -12);
    for (const char* text : {"", " 1", "1 ", "1,5", "1e5", "0x10", "nan", "inf", "1.2.3", "--1"}) {
        EXPECT_FALSE(kit::to_decimal(text)) << text;
        EXPECT_FALSE(kit::to_integer(text)) << text;
    }
}

TEST(KitText, SplitsQuotedWords) {
    const auto words = [](std::string_view line) {
        const auto found = kit::split_quoted(line);
        return found ? *found : Strings{"(broken)"};
    };
    EXPECT_EQ(words(R"(VAR u ups.mfr "A \"B\" \\C")"),
              (Strings{"VAR", "u", "ups.mfr", R"(A "B" \C)"}));
    EXPECT_EQ(words(R"(  a\ b   "" c"d )"), (Strings{"a b", "", "c\"d"}));
    EXPECT_EQ(words(""), Strings{});
    EXPECT_EQ(words("a \"b"), Strings{"(broken)"});
    EXPECT_EQ(words(kit::quoted(R"(x "y" \z)")), Strings{R"(x "y" \z)"});
}

TEST(KitText, SplitsLinesAndFields) {
    const auto lines = kit::split_lines("a\r\nb\n\nc");
    EXPECT_EQ(Strings(lines.begin(), lines.end()), (Strings{"a", "b", "", "c"}));
    EXPECT_EQ(kit::split_at("a||b", '|').size(), 3U);
    EXPECT_EQ(kit::split_blanks("  a\tb  ").size(), 2U);
    EXPECT_TRUE(kit::iequals("Ups.Status", "uPS.sTATUS"));
}

TEST(KitLineReader, GivesTheSameLinesHoweverTheBytesArrive) {
    const std::string stream = "first\r\nsecond\n\nlast\n";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        FakeHost host;
        std::size_t at = 0;
        host.device = [&](std::string_view) {
            std::string part = stream.substr(std::min(at, stream.size()), piece);
            at += piece;
            return part;
        };
        const kit::Host wrapped(*host.abi());
        kit::LineReader reader(wrapped);
        Strings lines;
        std::string line;
        while (reader.next(line, {wrapped, host.now_ms + 100}) == UPSDRV_OK)
            lines.push_back(line);
        EXPECT_EQ(lines, (Strings{"first", "second", "", "last"})) << piece;
    }
}

TEST(KitLineReader, DoesNotCollectALineWithoutEnd) {
    FakeHost host;
    host.device = [](std::string_view) { return std::string(500, 'x'); };
    const kit::Host wrapped(*host.abi());
    kit::LineReader reader(wrapped, '\n', 2000);
    std::string line;
    EXPECT_EQ(reader.next(line, {wrapped, host.now_ms + 100}), UPSDRV_E_FAILED);
}

TEST(KitRecording, ReadsBackWhatItWrites) {
    std::string all;
    for (int i = 0; i < 256; ++i)
        all.push_back(static_cast<char>(i));
    for (const std::string& bytes :
         {all, std::string(" x "), std::string("\\r"), std::string(" ")}) {
        const std::string text = kit::encode_bytes(bytes);
        EXPECT_EQ(kit::decode_bytes(text), bytes);
        EXPECT_EQ(text.find_first_of("\r\n"), std::string::npos);
        EXPECT_EQ(kit::parse_recording("> " + text + "\n").steps.at(0).bytes, bytes);
    }
}

TEST(KitRecording, SaysWhichLineIsMalformed) {
    for (const char* line : {"x y", "> ", "<", "> \\q", "> \\x1", "! explode", "= ", ">Q1"}) {
        const auto made = kit::parse_recording(std::string("# head\n") + line + "\n");
        EXPECT_TRUE(made.problem.starts_with("line 2: ")) << line;
    }
}

// A plugin that breaks the rule that nothing is thrown.
class Thrower {
  public:
    explicit Thrower(kit::Host host) : host_(host) {
        if (host.flag("throw")) throw std::runtime_error("in create");
    }
    kit::Status open(kit::Deadline) { throw std::runtime_error("in open"); }
    kit::Status poll(std::uint32_t, kit::Deadline) { throw 42; }
    void close() { throw std::runtime_error("in close"); }

  private:
    kit::Host host_;
};

TEST(KitPlugin, ContainsExceptionsAndSaysWhereTheyCameFrom) {
    const auto plugin = kit::plugin<Thrower>({.name = "t", .version = "1", .description = "d"});
    FakeHost refused;
    refused.options = {{"throw", ""}};
    EXPECT_EQ(Session(plugin, refused).created(), UPSDRV_E_FAILED);
    EXPECT_TRUE(refused.logged("in create"));
    FakeHost host;
    Session session(plugin, host);
    EXPECT_EQ(session.open(), UPSDRV_E_FAILED);
    EXPECT_EQ(session.poll(), UPSDRV_E_FAILED);
    EXPECT_TRUE(host.logged("in open"));
    EXPECT_TRUE(host.logged("unknown exception"));
}

TEST(KitPlugin, LeavesOutWhatTheClassDoesNotHave) {
    const auto plugin = kit::plugin<Thrower>({.name = "t", .version = "1", .description = "d"});
    EXPECT_EQ(plugin.probe, nullptr);
    EXPECT_EQ(plugin.set, nullptr);
    EXPECT_EQ(plugin.command, nullptr);
    EXPECT_EQ(plugin.shutdown, nullptr);
    EXPECT_EQ(plugin.reconfigure, nullptr);
    EXPECT_NE(plugin.close, nullptr);
}

TEST(FakeHost, NoticesBytesThatTheRecordingDoesNotSend) {
    FakeHost host;
    host.play("> AB\n< ok\n");
    const kit::Host wrapped(*host.abi());
    EXPECT_EQ(wrapped.send("A", host.now_ms), UPSDRV_OK);
    EXPECT_EQ(wrapped.send("X", host.now_ms), UPSDRV_E_LOST);
    ASSERT_EQ(host.problems.size(), 1U);
    EXPECT_EQ(host.problems[0], "sent \"X\" at line 1 of the recording");
}

TEST(FakeHost, LetsTimePassWhileThePluginWaits) {
    FakeHost host;
    host.play("! timeout\n! lost\n");
    const kit::Host wrapped(*host.abi());
    std::array<char, 8> buffer;
    const std::int64_t begin = host.now_ms;
    EXPECT_EQ(wrapped.receive(buffer, begin + 700), UPSDRV_E_TIMEOUT);
    EXPECT_EQ(host.now_ms, begin + 700);
    EXPECT_EQ(wrapped.receive(buffer, begin + 900), UPSDRV_E_LOST);
    EXPECT_EQ(wrapped.sleep_until(begin + 1000), UPSDRV_OK);
    EXPECT_EQ(host.now_ms, begin + 1000);
    host.stopping = true;
    EXPECT_EQ(wrapped.sleep_until(begin + 5000), UPSDRV_E_STOPPING);
}

TEST(FakeHost, ChecksWhatARecordingExpects) {
    FakeHost host;
    const kit::Host wrapped(*host.abi());
    wrapped.set_var("a", "1");
    host.play("= a 1\n= b\n= a 2\n= a\n");
    host.check_expectations();
    ASSERT_EQ(host.problems.size(), 2U);
    EXPECT_EQ(host.problems[0], "line 3: a is \"1\", expected \"2\"");
    EXPECT_EQ(host.problems[1], "line 4: a is \"1\", expected absent");
}

TEST(FakeHost, ReadsFilesInPieces) {
    FakeHost host;
    host.files["f"] = std::string(10'000, 'y') + "end";
    const kit::Host wrapped(*host.abi());
    std::string text;
    EXPECT_EQ(wrapped.read_file("f", text), UPSDRV_OK);
    EXPECT_EQ(text, host.files["f"]);
    EXPECT_EQ(wrapped.read_file("g", text), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(wrapped.read_file("f", text, 100), UPSDRV_E_LIMIT);
    const auto stamp = wrapped.file_stamp("f");
    host.files["f"] += "!";
    EXPECT_NE(wrapped.file_stamp("f"), stamp);
}

}  // namespace
