// SPDX-License-Identifier: Apache-2.0
/// Files made at random, read back: whatever a value holds and however a line is written.
#include "conf/parse/ups_conf.hpp"

#include "lib/base/words.hpp"
#include "tests/unit/conf/support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace ups::conf {
namespace {

using Options = std::map<std::string, std::string>;

class Writer {
  public:
    explicit Writer(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t end) { return random_() % end; }
    bool coin() { return below(2) == 0; }

    /// Any bytes that a file can hold, those with a meaning in the grammar often.
    std::string value() {
        static constexpr std::string_view kSpecial = "\"\\#= []\t";
        std::string text;
        for (std::size_t length = below(12); text.size() < length;) {
            const auto any = static_cast<char>(0x20 + below(0x5F));
            text += below(3) == 0 ? kSpecial[below(kSpecial.size() - 1)] : any;
        }
        return text;
    }

    /// One way of several to write an assignment.
    void assign(std::string& out, const std::string& key, const std::string& text) {
        static constexpr std::string_view kGaps[] = {"", " ", "\t", "   ", " \\\n ", "\r "};
        if (coin()) out += "  ";
        out += key;
        out += kGaps[below(6)];
        out += '=';
        out += kGaps[below(6)];
        if (coin() && !text.empty())
            for (const char c : text) out += std::string("\\") + c;
        else
            append_quoted(out, text);
        if (coin()) out += " # \"comment";
        out += coin() ? "\n" : "\r\n";
        if (coin()) out += "\n# between\n";
    }

  private:
    std::mt19937 random_;
};

TEST(RoundTrip, EveryValueComesBackHoweverItIsWritten) {
    for (unsigned seed = 0; seed < 150; ++seed) {
        Writer writer(seed);
        std::vector<Options> expected(1 + writer.below(4));
        std::string text = writer.coin() ? "\xEF\xBB\xBF" : "";
        for (std::size_t i = 0; i < expected.size(); ++i) {
            text += "[u" + std::to_string(i) + "]\ndriver=d\nport=p\n";
            for (std::size_t k = 0; k < writer.below(8); ++k) {
                const std::string key = "zzz-option-" + std::to_string(writer.below(5));
                expected[i][key] = writer.value();
                writer.assign(text, key, expected[i][key]);
            }
        }
        const auto loaded = parse_ups_conf(text, "f");
        ASSERT_EQ(texts(loaded.problems), "") << "seed " << seed << "\n" << text;
        ASSERT_EQ(loaded.value.ups.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            Options got;
            for (const DriverOption& option : loaded.value.ups[i].driver_options)
                got[option.key] = option.value.value_or("(flag)");
            EXPECT_EQ(got, expected[i]) << "seed " << seed << "\n" << text;
        }
    }
}

/// Places are right whatever stands above: a bad line put in at random is reported where it is.
TEST(RoundTrip, ABadLineIsReportedWhereItStands) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        Writer writer(seed);
        std::string text = "[u]\ndriver=d\nport=p\n";
        for (std::size_t k = 0; k < writer.below(10); ++k)
            writer.assign(text, "zzz-option", writer.value());
        const auto line = 1 + std::ranges::count(text, '\n');
        text += "  sdorder = soon\n";
        for (std::size_t k = 0; k < writer.below(5); ++k)
            writer.assign(text, "zzz-option", writer.value());
        const auto loaded = parse_ups_conf(text, "f");
        ASSERT_EQ(loaded.problems.size(), 1U) << texts(loaded.problems) << text;
        EXPECT_EQ(loaded.problems[0].place.line, line) << text;
        EXPECT_EQ(loaded.problems[0].place.column, 13U) << text;
    }
}

}  // namespace
}  // namespace ups::conf
