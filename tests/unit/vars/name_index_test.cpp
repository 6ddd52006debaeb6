// SPDX-License-Identifier: Apache-2.0
#include "lib/vars/name_index.hpp"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>

namespace ups::vars {
namespace {

struct Names {
    std::vector<std::string> names;
    NameIndex index;
    auto name_of() const {
        return [this](std::uint16_t at) { return std::string_view(names[at]); };
    }
};

TEST(NameIndex, FindsNothingWhileEmpty) {
    const Names all;
    EXPECT_EQ(all.index.find("x", all.name_of()), NameIndex::kNone);
}

TEST(NameIndex, IgnoresCase) {
    Names all{{"ups.Status"}, {}};
    all.index.insert("ups.Status", 0, all.name_of());
    EXPECT_EQ(all.index.find("UPS.status", all.name_of()), 0);
    EXPECT_EQ(all.index.find("ups.statu", all.name_of()), NameIndex::kNone);
}

TEST(NameIndex, AgreesWithAMapUnderRandomInsertionsAndRemovals) {
    Names all;
    for (int i = 0; i < 400; ++i)
        all.names.push_back("outlet." + std::to_string(i) + ".status");
    std::map<std::string, std::uint16_t> model;
    std::mt19937 random(7);
    for (int step = 0; step < 20000; ++step) {
        const auto at = static_cast<std::uint16_t>(random() % all.names.size());
        const std::string& name = all.names[at];
        if (model.erase(name) > 0) {
            all.index.erase(name, at, all.name_of());
        } else {
            all.index.insert(name, at, all.name_of());
            model[name] = at;
        }
    }
    EXPECT_EQ(all.index.size(), model.size());
    for (const std::string& name : all.names) {
        const auto known = model.find(name);
        EXPECT_EQ(all.index.find(name, all.name_of()),
                  known == model.end() ? NameIndex::kNone : known->second);
    }
}

}  // namespace
}  // namespace ups::vars
