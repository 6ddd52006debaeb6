// SPDX-License-Identifier: Apache-2.0
/// A host in memory, for tests of plugins: a clock that stands still, files that are strings, a link that
/// plays a recording. Everything the plugin does is kept and can be looked at.
///
///     FakeHost host;
///     host.options = {{"mode", "loop"}};
///     host.files["a.dev"] = "ups.status: OL\n";
///     Session session(upsdrv_plugin_v1, host);
///     EXPECT_EQ(session.open(), UPSDRV_OK);
///     EXPECT_EQ(session.poll(), UPSDRV_OK);
///     EXPECT_EQ(host.value("ups.status"), "OL");
#pragma once

#include "kit/recording.hpp"
#include "upsdrv.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ups::kit::testing {

/// A published variable.
struct FakeVar {
    std::string value;
    std::uint32_t flags = 0;
    std::uint32_t max_length = 0;
    std::vector<std::string> enums;
    std::vector<std::pair<std::string, std::string>> ranges;
};

/// Neither copied nor moved: plugins know its address. Must outlive the instances made with it.
class FakeHost {
  public:
    FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    /// What `create` is given.
    [[nodiscard]] const upsdrv_host* abi() const noexcept { return &abi_; }

    // -- what the plugin finds; set before the call that needs it --
    std::string ups_name = "test";
    std::string port = "auto";
    /// Options in the order of the file. `option` answers from here, then from `fallbacks`.
    std::vector<std::pair<std::string, std::string>> options;
    std::map<std::string, std::string> fallbacks;
    std::map<std::string, std::string> files;
    std::int64_t now_ms = 1'000'000;
    std::int64_t wall_ms = 1'700'000'000'000;
    /// Every waiting service answers UPSDRV_E_STOPPING.
    bool stopping = false;
    /// Called instead of the recording, if set: a device written in C++. It gets what the plugin sent and
    /// returns what the device answers (empty = nothing now).
    std::function<std::string(std::string_view)> device;
    /// Answers of `start_tls`.
    std::int32_t start_tls_result = UPSDRV_OK;

    // -- what the plugin did --
    std::map<std::string, FakeVar> vars;
    std::set<std::string> commands;
    std::string status;  ///< of the last `set_status`
    std::string alarm;   ///< of the last `set_alarm`
    std::vector<std::pair<std::uint32_t, std::string>> logs;
    std::string sent;                                           ///< all bytes sent
    std::optional<std::int64_t> next_poll_ms;                   ///< of `poll_at`, earliest
    std::optional<std::pair<std::uint32_t, std::string>> link;  ///< of `use_link`
    std::vector<std::string> tls_names;                         ///< arguments of `start_tls`
    int clears = 0;
    /// Things a real host would not forgive: bytes that the recording does not expect, metadata of a
    /// variable that does not exist, malformed names.
    std::vector<std::string> problems;

    /// Value of a variable, or nothing. `ups.status` and `ups.alarm` include `set_status`/`set_alarm`.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    [[nodiscard]] bool logged(std::string_view part) const;
    void advance_ms(std::int64_t by) {
        now_ms += by;
        wall_ms += by;
    }
    /// Starts playing a recording from its first step. A malformed one becomes a problem.
    void play(std::string_view recording);
    /// Checks the `=` lines that follow the steps played so far; what does not hold becomes a problem.
    void check_expectations();
    [[nodiscard]] bool played_all() const noexcept { return next_step_ == recording_.steps.size(); }

  private:
    struct Services;
    friend struct Services;
    std::int32_t send(std::string_view bytes, std::int64_t deadline_ms);
    std::int32_t receive(char* buffer, std::uint32_t capacity, std::int64_t deadline_ms);
    std::int32_t wait_in_vain(std::int64_t deadline_ms);
    [[nodiscard]] Step* step();

    upsdrv_host abi_{};
    Recording recording_;
    std::size_t next_step_ = 0;
    std::size_t offset_ = 0;  // in the bytes of the present step
    std::string incoming_;    // from `device`
    std::string text_;        // last answer of get_var
};

/// One instance of a plugin and its life. Closes and destroys it.
class Session {
  public:
    /// Calls `create` with the fallbacks of the descriptor's options. `plugin` and `host` outlive this.
    Session(const upsdrv_plugin& plugin, FakeHost& host);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] std::int32_t created() const noexcept { return created_; }
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// Each call has `budget_ms` from the host's present time; the result is the plugin's.
    std::int32_t probe();
    std::int32_t open();
    std::int32_t poll(std::uint32_t groups = UPSDRV_POLL_FAST | UPSDRV_POLL_SLOW);
    std::int32_t set(std::string_view name, std::string_view value);
    std::int32_t command(std::string_view name,
                         std::optional<std::string_view> parameter = std::nullopt);
    std::int32_t shutdown();
    std::int32_t reconfigure();
    void close();

    std::int64_t budget_ms = 5000;

  private:
    [[nodiscard]] std::int64_t deadline() const { return host_.now_ms + budget_ms; }

    const upsdrv_plugin& plugin_;
    FakeHost& host_;
    void* self_ = nullptr;
    std::int32_t created_;
    bool open_ = false;
};

/// Plays a whole recording through a plugin: open, then poll until every step is played. Returns the
/// problems, each with the line of the recording; empty = as recorded.
[[nodiscard]] std::vector<std::string>
replay(const upsdrv_plugin& plugin, std::string_view recording,
       std::vector<std::pair<std::string, std::string>> options = {}, std::string port = "auto");

}  // namespace ups::kit::testing
