// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/memory.hpp"

#include "tools/upsmon/decide/machine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

using std::chrono::seconds;

constexpr Instant kNow{std::chrono::hours(1)};

State two_upses() {
    Settings settings;
    for (const char* name : {"a@h", "b@h"}) {
        FeedSettings line;
        line.monitor = name;
        settings.feeds.push_back(line);
    }
    State state = initial(std::make_shared<const Settings>(settings), kNow - seconds(60));
    return step(std::move(state), event::Reading{.feed = 1, .status = "OB LB"}, kNow - seconds(7))
        .state;
}

/// A memory of its own for the same file, as the next worker has it.
std::vector<Remembered> read_again(int file) {
    return Memory(Fd(::dup(file))).read();
}

TEST(Memory, TellsTheNextOneWhatWasSeen) {
    const Fd file = Memory::make();
    ASSERT_TRUE(file);
    const State state = two_upses();
    Memory(Fd(::dup(file.get()))).keep(state);
    const auto known = read_again(file.get());
    ASSERT_EQ(known.size(), 1U) << "nothing of a UPS that was never seen";
    EXPECT_EQ(known[0], remembered(state, 1));
    EXPECT_TRUE(known[0].words.has(Word::lb));
}

TEST(Memory, FollowsChangesAndReloads) {
    const Fd file = Memory::make();
    Memory memory(Fd(::dup(file.get())));
    State state = two_upses();
    memory.keep(state);
    state = step(std::move(state), event::Reading{.feed = 1, .status = "OL"}, kNow).state;
    memory.keep(state);
    ASSERT_EQ(read_again(file.get()).size(), 1U);
    EXPECT_EQ(read_again(file.get())[0].mains, Mains::online);
    state.feeds.pop_back();
    memory.keep(state);
    EXPECT_TRUE(read_again(file.get()).empty());
}

TEST(Memory, SkipsWhatIsNoRecord) {
    const Fd file = Memory::make();
    Memory(Fd(::dup(file.get()))).keep(two_upses());
    std::string bytes(48, '\0');
    ASSERT_EQ(::pread(file.get(), bytes.data(), bytes.size(), 0), 48);
    for (std::size_t at = 24; at < bytes.size(); ++at) {
        std::string broken = bytes;
        broken[at] = static_cast<char>(broken[at] ^ 0x40);
        ASSERT_EQ(::pwrite(file.get(), broken.data(), broken.size(), 0), 48);
        EXPECT_TRUE(read_again(file.get()).empty()) << "byte " << at;
    }
    ASSERT_EQ(::ftruncate(file.get(), 47), 0);
    EXPECT_TRUE(read_again(file.get()).empty());
}

TEST(Memory, OfNothingIsEmpty) {
    Memory none{Fd()};
    none.keep(two_upses());
    EXPECT_TRUE(none.read().empty());
    EXPECT_TRUE(Memory(Memory::make()).read().empty());
}

}  // namespace
}  // namespace ups::upsmon
