// SPDX-License-Identifier: Apache-2.0
/// The built dummy plugin with a host in memory around it.
#pragma once

#include "kit/testing/fake_host.hpp"
#include "kit/testing/loaded_plugin.hpp"

#include <optional>
#include <string>
#include <utility>

namespace ups::dummy::testing {

using kit::testing::FakeHost;
using kit::testing::Session;

inline const upsdrv_plugin& plugin() {
    static const upsdrv_plugin& loaded = kit::testing::loaded_plugin(PLUGIN_FILE);
    return loaded;
}

/// A driver that plays `text` as the file `name`; open.
struct Playing {
    explicit Playing(std::string text, std::string name = "a.dev",
                     std::vector<std::pair<std::string, std::string>> options = {}) {
        host.port = std::move(name);
        host.options = std::move(options);
        host.files[host.port] = std::move(text);
        session.emplace(plugin(), host);
        opened = session->open();
    }
    void wait_ms(std::int64_t by) {
        host.advance_ms(by);
        host.next_poll_ms.reset();
        polled = session->poll();
    }
    void write(std::string text) { host.files[host.port] = std::move(text); }
    [[nodiscard]] std::string value(std::string_view name) const {
        return host.value(name).value_or("(absent)");
    }

    FakeHost host;
    std::optional<Session> session;
    std::int32_t opened = 0;
    std::int32_t polled = 0;
};

}  // namespace ups::dummy::testing
