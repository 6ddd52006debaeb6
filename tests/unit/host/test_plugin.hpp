// SPDX-License-Identifier: Apache-2.0
/// A plugin that does what a test tells it, one command at a time.
#pragma once

#include "driverapi/kit/plugin.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace ups::host::testing {

/// What the test and the plugin share; the plugin runs on another thread.
struct Script {
    std::mutex mutex;
    std::int32_t open_result = UPSDRV_OK;
    std::int32_t poll_result = UPSDRV_OK;
    std::string status = "OL";
    std::atomic<int> polls = 0;
    std::atomic<int> opens = 0;
    std::atomic<int> closes = 0;
    std::atomic<int> alive = 0;
    std::atomic<bool> hang = false;  ///< the next poll waits until this is false again, deaf to all
    std::atomic<bool> shut_down = false;

    void set_poll(std::int32_t result) {
        const std::lock_guard lock(mutex);
        poll_result = result;
    }
};

/// The script of the running test; set before the driver is made.
inline Script* current_script = nullptr;

class TestPlugin {
  public:
    explicit TestPlugin(kit::Host host) : host_(host), script_(*current_script) { ++script_.alive; }
    ~TestPlugin() { --script_.alive; }
    TestPlugin(const TestPlugin&) = delete;
    TestPlugin& operator=(const TestPlugin&) = delete;

    kit::Status open(kit::Deadline /*deadline*/) {
        ++script_.opens;
        host_.set_var("ups.id", "first");
        host_.var_flags("ups.id", UPSDRV_VAR_RW | UPSDRV_VAR_STRING, 8);
        host_.add_command("beeper.mute");
        host_.add_command("test.wait");
        host_.add_command("test.many");
        const std::lock_guard lock(script_.mutex);
        return script_.open_result;
    }
    kit::Status poll(std::uint32_t /*groups*/, kit::Deadline /*deadline*/) {
        while (script_.hang)
            std::this_thread::yield();
        ++script_.polls;
        const std::lock_guard lock(script_.mutex);
        if (script_.poll_result == UPSDRV_OK) host_.set_status(script_.status);
        return script_.poll_result;
    }
    kit::Status set(std::string_view name, std::string_view value, kit::Deadline /*deadline*/) {
        if (name != "ups.id") return UPSDRV_E_UNKNOWN;
        if (value == "throw") throw std::runtime_error("thrown on purpose");
        if (value == "convert") return UPSDRV_E_CONVERSION;
        return host_.set_var(name, value);
    }
    kit::Status command(std::string_view name, std::optional<std::string_view> parameter,
                        kit::Deadline deadline) {
        if (name == "test.wait") return host_.sleep_until(deadline.at_ms() + 600'000);
        if (name == "test.many") {
            for (int i = 0; i < 2000; ++i)
                host_.set_var("load." + std::to_string(i),
                              std::string(parameter.value_or("0")) + std::string(200, 'x'));
            return UPSDRV_OK;
        }
        return host_.set_var("test.parameter", parameter.value_or("none"));
    }
    kit::Status shutdown(kit::Deadline /*deadline*/) {
        script_.shut_down = true;
        return UPSDRV_OK;
    }
    void close() { ++script_.closes; }

  private:
    kit::Host host_;
    Script& script_;
};

inline constexpr upsdrv_plugin kTestPlugin =
    kit::plugin<TestPlugin>({.name = "test", .version = "0.9", .description = "for tests"});

}  // namespace ups::host::testing
