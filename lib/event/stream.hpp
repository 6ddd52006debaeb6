// SPDX-License-Identifier: Apache-2.0
/// A connection on the loop: input is handed over as it arrives, output is collected and written
/// once per readable event, and both are bounded.
///
/// An idle stream holds no buffer. While the peer does not take its output, at most `high_water`
/// bytes (plus what one call of the handler produced) wait, and nothing more is read from it.
#pragma once

#include "lib/event/byte_io.hpp"
#include "lib/event/loop.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ups {

struct StreamLimits {
    /// Reading stops while this much output waits, and goes on below half of it.
    std::size_t high_water = std::size_t{256} * 1024;
};

enum class StreamEnd : std::uint8_t {
    closed,    ///< the peer closed
    failed,    ///< the connection broke; see `Stream::problem()`
    finished,  ///< `finish()` was asked for and all output is out
};

class Stream;

class StreamHandler {
  public:
    virtual ~StreamHandler() = default;
    /// Bytes that arrived, at least one; a view into the loop's scratch buffer, valid during the
    /// call. Replies go to `Stream::send`, and leave with one write when this returns.
    virtual void on_bytes(Stream& stream, std::string_view bytes) = 0;
    /// The stream is over. Called once, last; the handler may destroy the stream here.
    virtual void on_end(Stream& stream, StreamEnd end) = 0;
    /// Waiting output fell below the low-water mark after having been above the high one.
    virtual void on_drained(Stream& /*stream*/) {}
};

class Stream {
  public:
    /// Starts reading at once. `handler` outlives the stream.
    Stream(Loop& loop, std::unique_ptr<ByteIo> io, StreamHandler& handler,
           StreamLimits limits = {});
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Queues output. Inside `on_bytes` it is collected; elsewhere it is written at once as far as
    /// the peer takes it. Ignored after `finish()`. Errors surface in `on_end`, never here.
    void send(std::string_view bytes);
    /// While `on_bytes` runs: the buffer that is written when it returns. Renderers append to it.
    [[nodiscard]] std::string& batch() noexcept { return loop_.output(); }
    /// No more input; `on_end(finished)` when the waiting output is out.
    void finish();
    /// Drops everything now; `on_end(failed)` follows from the loop, not from inside this call.
    void abort();
    /// Stops and resumes reading (on top of the automatic pause).
    void pause();
    void resume();
    /// Replaces what moves the bytes once all output so far is out (STARTTLS): `make` gets the
    /// descriptor. Input that the peer sent behind its request in clear must be thrown away by the
    /// caller: bytes passed to the running `on_bytes` are not handed over again.
    void upgrade(std::move_only_function<std::unique_ptr<ByteIo>(Fd)> make);

    /// What the handler will look at when input comes, one address for each line of the processor's cache:
    /// fetched while the kernel reads, so that with thousands of streams each need not wait for it.
    static constexpr std::size_t kMostAhead = 7;
    /// From place `first` on; what was named before at these places is forgotten.
    void look_ahead(std::size_t first, std::span<const void* const> at) noexcept;

    /// Output that waits for the peer, in bytes.
    [[nodiscard]] std::size_t pending() const noexcept { return pending_.size() - sent_; }
    [[nodiscard]] bool over_high_water() const noexcept { return has(kChoked); }
    [[nodiscard]] bool is_finishing() const noexcept { return has(kFinishing); }
    [[nodiscard]] ByteIo& io() noexcept { return *io_; }
    /// Why the stream broke.
    [[nodiscard]] std::string problem() const { return io_ ? io_->problem() : std::string(); }

  private:
    class Frame;
    /// What makes a stream other than one that only reads and is answered at once. Bits of a byte, so that
    /// one look tells that none is set.
    enum Odd : std::uint8_t {
        kPaused = 1,
        kChoked = 2,
        kFinishing = 4,
        kEnded = 8,
        kReadWantsWrite = 16,
        kWriteWantsRead = 32,
        kUpgrading = 64,  // `upgrade_` waits for its turn
    };
    [[nodiscard]] bool has(unsigned any_of) const noexcept { return (odd_ & any_of) != 0; }
    void set(Odd one, bool on = true) noexcept {
        odd_ = static_cast<std::uint8_t>(on ? odd_ | one : odd_ & ~one);
    }
    /// Nothing is to be done but to read.
    [[nodiscard]] bool is_plain() const noexcept { return odd_ == 0 && pending_.empty(); }
    void later(void (Stream::*step)());
    void end_failed() { end(StreamEnd::failed); }
    void end_finished() { end(StreamEnd::finished); }
    void read_on();
    void on_ready(Interest ready);
    bool read_input(const Frame& frame);
    void no_input(IoStatus why);
    void flush();
    void write_out(std::string_view bytes);
    void after_output();
    void do_upgrade();
    void update_interest();
    void end(StreamEnd how);

    Loop& loop_;
    StreamHandler& handler_;
    std::unique_ptr<ByteIo> io_;
    IoWatch watch_;           // of the descriptor in `io_`
    Frame* frame_ = nullptr;  // the innermost one on the stack
    std::array<const void*, kMostAhead> ahead_{};
    std::string pending_;
    std::size_t sent_ = 0;
    std::size_t high_water_;
    bool in_input_ = false;
    std::uint8_t odd_ = 0;  // of `Odd`
    std::move_only_function<std::unique_ptr<ByteIo>(Fd)> upgrade_;
    std::shared_ptr<bool>
        alive_;  // shared with deferred steps, made for the first: false once destroyed
};

}  // namespace ups
