// SPDX-License-Identifier: Apache-2.0
#include "lib/event/stream.hpp"

#include "lib/base/assert.hpp"

namespace ups {

Stream::Stream(Loop& loop, std::unique_ptr<ByteIo> io, StreamHandler& handler, StreamLimits limits)
    : loop_(loop), handler_(handler), limits_(limits), io_(std::move(io)),
      watch_(std::make_unique<IoWatch>(loop, io_->fd(), Interest::read,
                                       [this](Interest ready) { on_ready(ready); })),
      alive_(std::make_shared<bool>(true)) {}

Stream::~Stream() {
    *alive_ = false;
    // Replies collected for a stream that dies inside its own callback go nowhere.
    if (in_input_) loop_.output().clear();
}

void Stream::send(std::string_view bytes) {
    if (finishing_ || ended_) return;
    if (in_input_) {
        loop_.output().append(bytes);
        return;
    }
    write_out(bytes);
    update_interest();
}

void Stream::finish() {
    if (finishing_ || ended_) return;
    finishing_ = true;
    if (in_input_) return;
    if (pending() == 0) {
        loop_.defer([this, alive = alive_] {
            if (*alive) end(StreamEnd::finished);
        });
    }
    update_interest();
}

void Stream::abort() {
    if (ended_) return;
    finishing_ = true;
    pending_.clear();
    sent_ = 0;
    watch_->want(Interest::none);
    loop_.defer([this, alive = alive_] {
        if (*alive) end(StreamEnd::failed);
    });
}

void Stream::pause() {
    paused_ = true;
    update_interest();
}

void Stream::resume() {
    if (!paused_) return;
    paused_ = false;
    update_interest();
    if (!io_->has_buffered_input()) return;
    loop_.defer([this, alive = alive_] {
        if (*alive && !paused_ && !choked_ && !finishing_ && !ended_) read_input();
    });
}

void Stream::upgrade(std::move_only_function<std::unique_ptr<ByteIo>(Fd)> make) {
    upgrade_ = std::move(make);
    if (!in_input_ && pending() == 0) do_upgrade();
}

void Stream::on_ready(Interest ready) {
    const auto alive = alive_;
    const bool readable = ready != Interest::write;
    const bool writable = ready != Interest::read;
    if (pending() > 0 && (writable || (readable && write_wants_read_))) {
        flush();
        if (!*alive || ended_) return;
    }
    const bool may_read = !paused_ && !choked_ && !finishing_;
    if (may_read && (readable || (writable && read_wants_write_))) {
        read_input();
        if (!*alive || ended_) return;
    }
    update_interest();
}

void Stream::read_input() {
    const auto alive = alive_;
    read_wants_write_ = false;
    for (;;) {
        const IoOutcome got = io_->read(loop_.scratch());
        switch (got.status) {
        case IoStatus::want_read:
            return;
        case IoStatus::want_write:
            read_wants_write_ = true;
            return;
        case IoStatus::closed:
            return end(StreamEnd::closed);
        case IoStatus::failed:
            return end(StreamEnd::failed);
        case IoStatus::done:
            break;
        }
        UPS_ASSERT(loop_.output().empty());
        in_input_ = true;
        handler_.on_bytes(*this, {loop_.scratch().data(), got.bytes});
        if (!*alive) return;
        in_input_ = false;
        if (ended_) {
            loop_.output().clear();
            return;
        }
        write_out(loop_.output());
        if (!*alive) return;
        loop_.output().clear();
        if (loop_.output().capacity() > 8 * Loop::kScratch) loop_.output().shrink_to_fit();
        if (ended_) return;
        after_output();
        if (!*alive || ended_ || finishing_ || paused_ || choked_) return;
        // What TLS has already decrypted is announced by no event; a plain socket reports itself
        // again.
        if (!io_->has_buffered_input()) return;
    }
}

void Stream::write_out(std::string_view bytes) {
    if (bytes.empty()) return;
    if (pending() > 0) {
        pending_.append(bytes);
    } else {
        const IoOutcome put = io_->write(bytes);
        if (put.status == IoStatus::failed || put.status == IoStatus::closed) {
            // Reported from the loop, so that a caller of send() never sees its stream vanish.
            watch_->want(Interest::none);
            finishing_ = true;
            loop_.defer([this, alive = alive_] {
                if (*alive) end(StreamEnd::failed);
            });
            return;
        }
        write_wants_read_ = put.status == IoStatus::want_read;
        bytes.remove_prefix(put.bytes);
        if (!bytes.empty()) pending_.assign(bytes);
        sent_ = 0;
    }
    if (pending() >= limits_.high_water) choked_ = true;
}

void Stream::flush() {
    while (pending() > 0) {
        const IoOutcome put = io_->write(std::string_view(pending_).substr(sent_));
        switch (put.status) {
        case IoStatus::want_read:
            write_wants_read_ = true;
            return;
        case IoStatus::want_write:
            write_wants_read_ = false;
            return;
        case IoStatus::closed:
        case IoStatus::failed:
            return end(StreamEnd::failed);
        case IoStatus::done:
            sent_ += put.bytes;
            break;
        }
        if (choked_ && pending() < limits_.high_water / 2) break;
    }
    if (pending() == 0) {
        std::string().swap(pending_);
        sent_ = 0;
    } else if (sent_ > limits_.high_water) {
        pending_.erase(0, sent_);
        sent_ = 0;
    }
    after_output();
}

void Stream::after_output() {
    const auto alive = alive_;
    if (choked_ && pending() < limits_.high_water / 2) {
        choked_ = false;
        handler_.on_drained(*this);
        if (!*alive || ended_) return;
        if (!paused_ && io_->has_buffered_input()) {
            loop_.defer([this, guard = alive_] {
                if (*guard && !paused_ && !choked_ && !finishing_ && !ended_) read_input();
            });
        }
    }
    if (pending() > 0) return;
    if (upgrade_) do_upgrade();
    if (finishing_) end(StreamEnd::finished);
}

void Stream::do_upgrade() {
    auto make = std::move(upgrade_);
    upgrade_ = nullptr;
    watch_.reset();
    io_ = make(io_->take_fd());
    UPS_ASSERT(io_ != nullptr);
    watch_ = std::make_unique<IoWatch>(loop_, io_->fd(), Interest::read,
                                       [this](Interest ready) { on_ready(ready); });
}

void Stream::update_interest() {
    if (ended_) return;
    const bool stop_reading = paused_ || choked_ || finishing_;
    const bool read = !stop_reading || (pending() > 0 && write_wants_read_);
    const bool write =
        (pending() > 0 && !write_wants_read_) || (!stop_reading && read_wants_write_);
    watch_->want(read && write ? Interest::both
                 : read        ? Interest::read
                 : write       ? Interest::write
                               : Interest::none);
}

void Stream::end(StreamEnd how) {
    if (ended_) return;
    ended_ = true;
    watch_->want(Interest::none);
    if (how == StreamEnd::finished) io_->finish();
    handler_.on_end(*this, how);
}

}  // namespace ups
