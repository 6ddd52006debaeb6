// SPDX-License-Identifier: Apache-2.0
#include "lib/event/stream.hpp"

#include "lib/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace ups {

/// Stands on the stack of a member function that calls others: tells whether they destroyed the stream.
class Stream::Frame {
  public:
    explicit Frame(Stream& stream) noexcept : stream_(stream), outer_(stream.frame_) {
        stream.frame_ = this;
    }
    ~Frame() {
        if (!gone_) stream_.frame_ = outer_;
    }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    [[nodiscard]] bool is_gone() const noexcept { return gone_; }
    /// For this frame and all around it.
    static void set_gone(Frame* innermost) noexcept {
        for (Frame* at = innermost; at != nullptr; at = at->outer_)
            at->gone_ = true;
    }

  private:
    Stream& stream_;
    Frame* outer_;
    bool gone_ = false;
};

Stream::Stream(Loop& loop, std::unique_ptr<ByteIo> io, StreamHandler& handler, StreamLimits limits)
    : loop_(loop), handler_(handler), io_(std::move(io)),
      watch_(loop, io_->fd(), Interest::read, [this](Interest ready) { on_ready(ready); }),
      high_water_(limits.high_water) {}

Stream::~Stream() {
    Frame::set_gone(frame_);
    if (alive_) *alive_ = false;
    // Replies collected for a stream that dies inside its own callback go nowhere.
    if (in_input_) loop_.output().clear();
}

/// Takes `step` from the loop, unless the stream is destroyed before.
void Stream::later(void (Stream::*step)()) {
    if (!alive_) alive_ = std::make_shared<bool>(true);
    loop_.defer([this, step, alive = alive_] {
        if (*alive) (this->*step)();
    });
}

void Stream::send(std::string_view bytes) {
    if (has(kFinishing | kEnded)) return;
    if (in_input_) {
        loop_.output().append(bytes);
        return;
    }
    write_out(bytes);
    update_interest();
}

void Stream::look_ahead(std::size_t first, std::span<const void* const> at) noexcept {
    UPS_ASSERT(first + at.size() <= ahead_.size());
    std::ranges::copy(at, ahead_.begin() + static_cast<std::ptrdiff_t>(first));
}

void Stream::finish() {
    if (has(kFinishing | kEnded)) return;
    set(kFinishing);
    if (in_input_) return;
    if (pending() == 0) later(&Stream::end_finished);
    update_interest();
}

void Stream::abort() {
    if (has(kEnded)) return;
    set(kFinishing);
    pending_.clear();
    sent_ = 0;
    watch_.want(Interest::none);
    later(&Stream::end_failed);
}

void Stream::pause() {
    set(kPaused);
    update_interest();
}

void Stream::resume() {
    if (!has(kPaused)) return;
    set(kPaused, false);
    update_interest();
    if (io_->has_buffered_input()) later(&Stream::read_on);
}

void Stream::read_on() {
    if (has(kPaused | kChoked | kFinishing | kEnded)) return;
    const Frame frame(*this);
    read_input(frame);
}

void Stream::upgrade(std::move_only_function<std::unique_ptr<ByteIo>(Fd)> make) {
    upgrade_ = std::move(make);
    set(kUpgrading);
    if (!in_input_ && pending() == 0) do_upgrade();
}

void Stream::on_ready(Interest ready) {
    const Frame frame(*this);
    for (const void* const at : ahead_)
        __builtin_prefetch(at);
    if (ready == Interest::read && is_plain()) {  // nearly always
        if (!read_input(frame) && !frame.is_gone()) update_interest();
        return;
    }
    const bool readable = ready != Interest::write;
    const bool writable = ready != Interest::read;
    if (pending() > 0 && (writable || (readable && has(kWriteWantsRead)))) {
        flush();
        if (frame.is_gone() || has(kEnded)) return;
    }
    const bool may_read = !has(kPaused | kChoked | kFinishing);
    if (may_read && (readable || (writable && has(kReadWantsWrite)))) {
        read_input(frame);
        if (frame.is_gone() || has(kEnded)) return;
    }
    update_interest();
}

/// Tells whether the stream still is plain; if it does not tell so, it may be gone. `frame`: of the caller.
bool Stream::read_input(const Frame& frame) {
    set(kReadWantsWrite, false);
    for (;;) {
        const IoOutcome got = io_->read(loop_.scratch());
        if (got.status != IoStatus::done) [[unlikely]] {
            no_input(got.status);
            return false;
        }
        std::string& replies = loop_.output();
        UPS_ASSERT(replies.empty());
        in_input_ = true;
        handler_.on_bytes(*this, {loop_.scratch().data(), got.bytes});
        if (frame.is_gone()) return false;
        in_input_ = false;
        if (!has(kEnded)) write_out(replies);
        replies.clear();
        if (replies.capacity() > 8 * Loop::kScratch) replies.shrink_to_fit();
        // What TLS has already decrypted is announced by no event; a plain socket reports itself
        // again.
        if (is_plain()) [[likely]] {
            if (got.more) continue;
            return true;
        }
        if (!has(kEnded)) after_output();
        if (frame.is_gone() || has(kEnded | kFinishing | kPaused | kChoked)) return false;
        if (!got.more) return false;
    }
}

void Stream::no_input(IoStatus why) {
    switch (why) {
    case IoStatus::done:
    case IoStatus::want_read:
        return;
    case IoStatus::want_write:
        return set(kReadWantsWrite);
    case IoStatus::closed:
        return end(StreamEnd::closed);
    case IoStatus::failed:
        return end(StreamEnd::failed);
    }
}

void Stream::write_out(std::string_view bytes) {
    if (bytes.empty()) return;
    if (pending() > 0) {
        pending_.append(bytes);
    } else {
        const IoOutcome put = io_->write(bytes);
        if (put.bytes == bytes.size()) [[likely]] {
            set(kWriteWantsRead, false);
            return;
        }
        if (put.status == IoStatus::failed || put.status == IoStatus::closed) {
            // Reported from the loop, so that a caller of send() never sees its stream vanish.
            watch_.want(Interest::none);
            set(kFinishing);
            later(&Stream::end_failed);
            return;
        }
        set(kWriteWantsRead, put.status == IoStatus::want_read);
        bytes.remove_prefix(put.bytes);
        if (!bytes.empty()) pending_.assign(bytes);
        sent_ = 0;
    }
    if (pending() >= high_water_) set(kChoked);
}

void Stream::flush() {
    while (pending() > 0) {
        const IoOutcome put = io_->write(std::string_view(pending_).substr(sent_));
        switch (put.status) {
        case IoStatus::want_read:
            set(kWriteWantsRead);
            return;
        case IoStatus::want_write:
            set(kWriteWantsRead, false);
            return;
        case IoStatus::closed:
        case IoStatus::failed:
            return end(StreamEnd::failed);
        case IoStatus::done:
            sent_ += put.bytes;
            break;
        }
        if (has(kChoked) && pending() < high_water_ / 2) break;
    }
    if (pending() == 0) {
        std::string().swap(pending_);
        sent_ = 0;
    } else if (sent_ > high_water_) {
        pending_.erase(0, sent_);
        sent_ = 0;
    }
    after_output();
}

void Stream::after_output() {
    if (has(kChoked) && pending() < high_water_ / 2) {
        const Frame frame(*this);
        set(kChoked, false);
        handler_.on_drained(*this);
        if (frame.is_gone() || has(kEnded)) return;
        if (!has(kPaused) && io_->has_buffered_input()) later(&Stream::read_on);
    }
    if (pending() > 0) return;
    if (has(kUpgrading)) do_upgrade();
    if (has(kFinishing)) end(StreamEnd::finished);
}

void Stream::do_upgrade() {
    auto make = std::exchange(upgrade_, nullptr);
    set(kUpgrading, false);
    const int fd = io_->fd();
    io_ = make(io_->take_fd());
    UPS_ASSERT(io_ != nullptr && io_->fd() == fd);  // `watch_` goes on
    watch_.want(Interest::read);
}

void Stream::update_interest() {
    if (has(kEnded)) return;
    const bool stop_reading = has(kPaused | kChoked | kFinishing);
    const bool read = !stop_reading || (pending() > 0 && has(kWriteWantsRead));
    const bool write =
        (pending() > 0 && !has(kWriteWantsRead)) || (!stop_reading && has(kReadWantsWrite));
    watch_.want(read && write ? Interest::both
                : read        ? Interest::read
                : write       ? Interest::write
                              : Interest::none);
}

void Stream::end(StreamEnd how) {
    if (has(kEnded)) return;
    set(kEnded);
    watch_.want(Interest::none);
    if (how == StreamEnd::finished) io_->finish();
    handler_.on_end(*this, how);
}

}  // namespace ups
