// SPDX-License-Identifier: Apache-2.0
/// The connection for one MONITOR line, from name look-up to log-in, and what is read over it. Each line has
/// its own, since a connection can be logged in to one UPS only; so no server delays another.
///
///     connect -> USERNAME, PASSWORD -> LOGIN -> (a primary: PRIMARY, else MASTER) -> `LoginResult`
///             `-> SUBSCRIBE, else a poll per period                               -> `Reading`
///     lost    -> `ContactLost`, and connect again after a period
#pragma once

#include "conf/parse/upsmon_conf.hpp"
#include "lib/base/log.hpp"
#include "lib/client/watch.hpp"
#include "tools/upsmon/command_queue.hpp"
#include "tools/upsmon/decide/event.hpp"
#include "tools/upsmon/plan/readings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ups::upsmon {

class FeedHandler {
  public:
    virtual ~FeedHandler() = default;
    /// Views of the event are valid during the call. `feed` of the event is the link's index. The link
    /// is not to be destroyed meanwhile.
    virtual void on_feed_event(const Event& event) = 0;
};

struct FeedOptions {
    conf::MonitorLine line;
    client::ConnectionOptions connection;
    std::vector<std::string> variables{};  ///< that rules look at; lower case
    /// A failure that repeats is logged again every so many times; 0: not; -1: each time.
    int poll_fail_log = 0;
};
/// Whether a running connection may be kept with the new options.
[[nodiscard]] bool is_same_connection(const FeedOptions& before, const FeedOptions& after);

/// What was read last. Empty: the UPS does not tell.
struct FeedValues {
    std::string status;
    std::string alarm;
    std::string buzzwords;
    std::string more_buzzwords;  ///< under the experimental name
    std::string charge;
    std::string runtime;
};

class FeedLink final : private client::ConnectionHandler, private client::WatchHandler {
  public:
    /// A refused log-in is tried again so often, on a new connection.
    static constexpr std::chrono::seconds kLoginRetry{30};

    /// `handler` outlives the link. Connects with `start`.
    FeedLink(client::Services services, FeedOptions options, FeedIndex index, FeedHandler& handler,
             const Logger& logger);
    ~FeedLink() override;

    /// Connects; `poll` is how often to ask or to make sure that the server still answers.
    void start(Duration poll);
    void set_poll(Duration poll);
    void set_index(FeedIndex index) noexcept { index_ = index; }
    /// Takes new options; connects anew if they ask for it.
    void change(FeedOptions options);
    /// What was read says nothing any more, until something is read again.
    void forget_reading() noexcept { reading_.is_fresh = false; }
    /// Connects again at once, without a word about the old connection.
    void connect_anew();
    /// Takes leave (LOGOUT), and is over.
    void leave();

    // Each is answered by its event, from the loop or at once.
    void send_fsd();
    void clear_fsd();
    void ask_clients();
    /// An instant command, or an outlet to be switched, with the user of the MONITOR line. `done` is called
    /// once: at once if there is no connection, else from the loop.
    void send_order(UpsOrder order, CommandQueue::Done done);

    /// Addresses of who is logged in to the UPS, by `done`, from the loop; it is not called if that cannot be
    /// learned.
    void list_clients(std::move_only_function<void(std::vector<std::string>)> done);

    [[nodiscard]] const std::string& monitor() const noexcept { return options_.line.text; }
    [[nodiscard]] const FeedValues& values() const noexcept { return values_; }
    /// All that is watched, for rules.
    [[nodiscard]] const plan::UpsReading& reading() const noexcept { return reading_; }

  private:
    using Answer = client::Answer<client::Reply>;

    void on_ready() override;
    void on_event(const client::Event& event) override;
    void on_lost(const client::Failure& failure) override;
    void on_value(std::string_view name, std::string_view value) override;
    void on_removed(std::string_view name) override;
    void on_trouble(const client::Failure& why) override;
    void on_good() override;

    void tell(const Event& event);
    void connect();
    void disconnect();
    void watch_anew();
    void check();
    void log_in();
    void take_login(const Answer& answer);
    void ask_rank(std::string_view verb);
    void take_rank(std::string_view verb, const Answer& answer);
    void finish_login(Login login, std::string_view why);
    void take_check(const Answer& answer);
    void tell_reading();
    void tell_lost(const client::Failure& why);
    void log_lost(const std::string& why);
    [[nodiscard]] std::string* value_of(std::string_view name);

    client::Services services_;
    FeedOptions options_;
    FeedIndex index_;
    FeedHandler& handler_;
    Logger logger_;
    FeedValues values_;
    plan::UpsReading reading_;
    std::optional<client::Watch> watch_;  // there is always one
    CommandQueue orders_;
    std::unique_ptr<client::Connection> connection_;
    Timer retry_;
    Timer poll_timer_;
    Timer login_retry_;
    Timer changed_;  // values that arrive together make one reading
    Duration poll_ = std::chrono::seconds(5);
    std::string told_failure_;
    std::int64_t repeats_ = 0;  // of that failure
    bool is_check_due_ = false;
    bool has_left_ = false;
};

/// Why nothing is known of a UPS after `failure`.
[[nodiscard]] Loss loss_of(const client::Failure& failure);
/// How a log-in ended that was answered with `failure`.
[[nodiscard]] Login login_of(const client::Failure& failure);

}  // namespace ups::upsmon
