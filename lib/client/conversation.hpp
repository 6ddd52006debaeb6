// SPDX-License-Identifier: Apache-2.0
/// The client's side of the protocol, without I/O: requests in order of asking, bytes of the server in,
/// replies and events out.
///
///     reply  = ok / value / list / error            as `Shape` in lib/client/request.hpp
///     error  = "ERR" SP name LF
///     list   = "BEGIN" SP kind SP query LF *row "END" SP kind SP query LF
///     event  = "EVENT" SP ( "VAR" ups name value / "DELVAR" ups name / "STALE" ups / "FRESH" ups /
///              "GONE" ups ) LF                       never inside another reply
///     again   = "BEGIN" SP "SUBSCRIBE" SP ups LF *row "END" …   unasked, in place of an event: all there
///                                                         is, for a subscriber that was too slow
///
/// A server's line ends at its first LF whatever its quotes look like: deployed servers send
/// descriptions with unescaped quotes, and no value can hold an LF.
#pragma once

#include "lib/base/words.hpp"
#include "lib/client/failure.hpp"
#include "lib/client/request.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ups::client {

enum class EventKind : std::uint8_t {
    var,       ///< `name` has a new `value`
    delvar,    ///< `name` is gone
    stale,     ///< the data of the UPS is stale, or its driver went away
    fresh,     ///< the data is good again
    gone,      ///< the UPS was taken out of the server's configuration
    snapshot,  ///< `rows` (name, value) replace all that was known
};

/// Something a subscription reported. Views the received line: valid during the call.
struct Event {
    EventKind kind = EventKind::stale;
    std::string_view ups;
    std::string_view name;
    std::string_view value;
    const Reply* rows = nullptr;  ///< of `snapshot` only
};

class Conversation {
  public:
    using ReplyHandler = std::move_only_function<void(Answer<Reply>)>;
    using EventHandler = std::move_only_function<void(const Event&)>;

    /// Requests that may wait for their replies.
    static constexpr std::size_t kMaxWaiting = 4096;
    /// Bytes of one whole reply, lists included.
    static constexpr std::size_t kMaxReply = std::size_t{16} * 1024 * 1024;

    /// `tokenizer` may be shared by all conversations of a thread; it outlives this.
    explicit Conversation(Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    /// Receives events; without one they are dropped.
    void on_event(EventHandler handler) { on_event_ = std::move(handler); }
    /// Appends the request to `out` and remembers who waits for its reply. With `kMaxWaiting` waiting,
    /// nothing is appended, and false is returned; `handler` is then untouched.
    bool ask(const Request& request, ReplyHandler& handler, std::string& out);
    /// Takes bytes as they arrived. Handlers run inside this call, in order; they may ask again and may
    /// destroy this object. Returns the failure after which the stream makes no sense any more (it was
    /// not given to anyone yet: call `fail_all`).
    [[nodiscard]] std::optional<Failure> feed(std::string_view bytes);
    /// Gives `failure` to everyone who waits. Handlers may destroy this object.
    void fail_all(const Failure& failure);

    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

  private:
    struct Waiting {
        Shape shape;
        std::vector<std::string> echo;
        ReplyHandler handler;
    };
    enum class List : std::uint8_t { none, asked, pushed };

    std::optional<Failure> feed_line(std::string_view line);
    bool begins_push(const LineWords& line);
    void begin_list(List kind);
    std::optional<Failure> push_line(const LineWords& line);
    std::optional<Failure> first_line(const LineWords& line, std::string_view raw);
    std::optional<Failure> list_line(const LineWords& line);
    std::optional<Failure> take_row(const LineWords& line, const std::vector<std::string>& echo);
    void take_event(const LineWords& line);
    void finish(Answer<Reply> answer);

    Tokenizer& tokenizer_;
    EventHandler on_event_;
    std::deque<Waiting> waiting_;
    std::string partial_;
    Reply reply_;  // of the list that is coming in: the front of `waiting_`, or pushed
    std::vector<std::string> push_echo_;
    std::size_t reply_bytes_ = 0;
    std::optional<Failure> row_failure_;  // a bad row fails its list, once the list has ended
    List list_ = List::none;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // shared with feed() on the stack
};

}  // namespace ups::client
