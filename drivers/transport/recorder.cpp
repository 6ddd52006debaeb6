// SPDX-License-Identifier: Apache-2.0
#include "drivers/transport/recorder.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/fd.hpp"
#include "lib/base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace ups::transport {
namespace {

class RecordingLink final : public Link {
  public:
    RecordingLink(std::unique_ptr<Link> inner, Fd file)
        : inner_(std::move(inner)), file_(std::move(file)) {}

    std::int32_t send(std::string_view bytes, Instant deadline) override {
        const std::int32_t result = inner_->send(bytes, deadline);
        if (result == UPSDRV_OK)
            write("> " + kit::encode_bytes(bytes));
        else
            note(result);
        return result;
    }
    std::int32_t receive(std::span<char> into, Instant deadline) override {
        const std::int32_t result = inner_->receive(into, deadline);
        if (result > 0)
            write("< " + kit::encode_bytes({into.data(), static_cast<std::size_t>(result)}));
        else
            note(result);
        return result;
    }
    std::int32_t control(std::uint32_t operation, std::string_view argument,
                         Instant deadline) override {
        return inner_->control(operation, argument, deadline);
    }
    std::string problem() const override { return inner_->problem(); }

  private:
    void note(std::int32_t result) {
        if (result == UPSDRV_E_TIMEOUT) write("! timeout");
        if (result == UPSDRV_E_LOST) write("! lost");
    }
    // A full disk must not stop the driver: the recording then ends here.
    void write(std::string line) {
        if (!file_) return;
        line += '\n';
        if (::write(file_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            file_.reset();
    }

    std::unique_ptr<Link> inner_;
    Fd file_;
};

}  // namespace

class ReplayLink final : public Link {
  public:
    ReplayLink(ReplayOpener& tape, const LinkRequest& request)
        : tape_(tape), clock_(request.clock), stop_(request.stop) {}

    std::int32_t send(std::string_view bytes, Instant /*deadline*/) override {
        if (stop_.is_raised()) return UPSDRV_E_STOPPING;
        while (!bytes.empty()) {
            const kit::Step* const next = tape_.step();
            if (next == nullptr) return lost("the recording is over");
            if (next->kind == kit::StepKind::lost) {
                ++tape_.next_;
                return UPSDRV_E_LOST;
            }
            const std::size_t count = std::min(bytes.size(), next->bytes.size() - tape_.offset_);
            if (next->kind != kit::StepKind::send ||
                next->bytes.compare(tape_.offset_, count, bytes.substr(0, count)) != 0)
                return lost("line " + std::to_string(next->line) +
                            " of the recording does not send \"" + kit::encode_bytes(bytes) + "\"");
            bytes.remove_prefix(count);
            advance(count, *next);
        }
        return UPSDRV_OK;
    }

    std::int32_t receive(std::span<char> into, Instant deadline) override {
        const kit::Step* const next = tape_.step();
        if (next == nullptr) return lost("the recording is over");
        switch (next->kind) {
        case kit::StepKind::lost:
            ++tape_.next_;
            return UPSDRV_E_LOST;
        case kit::StepKind::timeout:
            ++tape_.next_;
            return wait(deadline);
        case kit::StepKind::send:
        case kit::StepKind::expect:
            return wait(deadline);
        case kit::StepKind::receive:
            break;
        }
        const std::size_t count = next->bytes.copy(into.data(), into.size(), tape_.offset_);
        advance(count, *next);
        return static_cast<std::int32_t>(count);
    }

    std::int32_t control(std::uint32_t /*operation*/, std::string_view, Instant) override {
        return UPSDRV_OK;
    }
    std::string problem() const override { return problem_; }

  private:
    std::int32_t lost(std::string why) {
        problem_ = std::move(why);
        return UPSDRV_E_LOST;
    }
    std::int32_t wait(Instant deadline) {
        const WaitEnd end = stop_.wait(-1, 0, deadline, clock_);
        return end == WaitEnd::stopping ? UPSDRV_E_STOPPING : UPSDRV_E_TIMEOUT;
    }
    void advance(std::size_t count, const kit::Step& step) {
        tape_.offset_ += count;
        if (tape_.offset_ < step.bytes.size()) return;
        tape_.offset_ = 0;
        ++tape_.next_;
    }

    ReplayOpener& tape_;
    const Clock& clock_;
    const StopSignal& stop_;
    std::string problem_;
};

Result<std::unique_ptr<Link>> RecordingOpener::open(const LinkRequest& request) {
    const int mode = started_ ? O_APPEND : O_TRUNC;
    UPS_TRY(Fd file, open_file(path_, O_WRONLY | O_CREAT | mode, 0640));
    if (!started_) {
        const std::string head = "# recording. Source: captured, " + source_ + "\n";
        if (::write(file.get(), head.data(), head.size()) < 0)
            return fail_errno("cannot write " + path_, errno);
        started_ = true;
    }
    UPS_TRY(std::unique_ptr<Link> inner, inner_.open(request));
    return std::make_unique<RecordingLink>(std::move(inner), std::move(file));
}

Result<std::unique_ptr<Link>> ReplayOpener::open(const LinkRequest& request) {
    if (step() == nullptr && !recording_.steps.empty())
        return fail(ErrorCode::closed, "the recording is over");
    return std::make_unique<ReplayLink>(*this, request);
}

const kit::Step* ReplayOpener::step() {
    while (next_ < recording_.steps.size() && recording_.steps[next_].kind == kit::StepKind::expect)
        ++next_;
    return next_ < recording_.steps.size() ? &recording_.steps[next_] : nullptr;
}

Result<kit::Recording> load_recording(const std::string& path) {
    UPS_TRY(const std::string text, read_file(path));
    kit::Recording recording = kit::parse_recording(text);
    if (!recording.problem.empty())
        return fail(ErrorCode::invalid, path + ": " + recording.problem);
    return recording;
}

}  // namespace ups::transport
