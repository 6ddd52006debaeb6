// SPDX-License-Identifier: Apache-2.0
/// The mode that repeats a UPS of another server.
#pragma once

#include "remote.hpp"

#include "kit/host.hpp"
#include "kit/text.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ups::dummy {

enum class Tls : std::uint8_t { no, attempt, required };

struct RepeaterOptions {
    RemoteAddress address;
    std::string username;  ///< empty: nothing is forwarded
    std::string password;
    Tls tls = Tls::attempt;
    bool verify = false;       ///< the certificate must be good and carry the name of the host
    bool strict_start = true;  ///< an unknown UPS at the first start ends the driver
};

/// Talks over the TCP link of the host. The methods are those of the plugin.
///
/// A server that knows SUBSCRIBE pushes changes; `poll` collects them and asks to be called again after
/// `kPushInterval_ms`. Any other one is asked for everything in each poll.
class Repeater {
  public:
    Repeater(kit::Host host, RepeaterOptions options);

    [[nodiscard]] kit::Status open(kit::Deadline deadline);
    [[nodiscard]] kit::Status poll(std::uint32_t groups, kit::Deadline deadline);
    [[nodiscard]] kit::Status set(std::string_view name, std::string_view value,
                                  kit::Deadline deadline);
    [[nodiscard]] kit::Status command(std::string_view name,
                                      std::optional<std::string_view> parameter,
                                      kit::Deadline deadline);

    static constexpr std::int64_t kPushInterval_ms = 250;
    /// A silent subscription is checked with a request after this time.
    static constexpr std::int64_t kQuiet_ms = 10'000;
    /// Lines of one list, and bytes of one line, beyond which a server is not believed.
    static constexpr std::size_t kMaxListLines = 20'000;
    static constexpr std::size_t kMaxLine = 65'536;

  private:
    using OnItem = std::function<void(const std::vector<std::string>& words)>;
    /// Result of a request: a host's code, or the error name of the server.
    struct Reply {
        kit::Status status = UPSDRV_OK;
        Answer answer;
    };

    Reply ask(const std::string& line, kit::Deadline deadline);
    Reply next_answer(kit::Deadline deadline);
    kit::Status list(std::string_view what, std::string_view variable, kit::Deadline deadline,
                     const OnItem& on_item);
    kit::Status collect(std::string_view end, kit::Deadline deadline, const OnItem& on_item);
    kit::Status start_tls(kit::Deadline deadline);
    kit::Status log_in(kit::Deadline deadline);
    kit::Status read_variables(kit::Deadline deadline);
    kit::Status read_writable(kit::Deadline deadline);
    kit::Status read_type(const std::string& name, kit::Deadline deadline);
    kit::Status read_commands(kit::Deadline deadline);
    kit::Status subscribe(kit::Deadline deadline);
    kit::Status drain(kit::Deadline deadline);
    kit::Status forward(const std::string& line, kit::Deadline deadline);
    kit::Status wait_for(std::string_view tracking_id, kit::Deadline deadline);
    kit::Status refused_start(kit::Status status);
    void on_event(const std::vector<std::string>& words);
    void show(const std::string& name, const std::string& value);
    void hide(const std::string& name);

    kit::Host host_;
    RepeaterOptions options_;
    kit::LineReader reader_;
    std::map<std::string, std::string> values_;
    std::set<std::string> writable_;
    std::set<std::string> commands_;
    bool opened_once_ = false;
    bool subscribed_ = false;
    bool tracking_ = false;
    bool stale_ = false;  // said by an event
    bool gone_ = false;   // said by an event: the remote UPS was removed
    std::int64_t last_heard_ms_ = 0;
};

}  // namespace ups::dummy
