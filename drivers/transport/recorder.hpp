// SPDX-License-Identifier: Apache-2.0
/// Records what passes over a link, and plays it back in place of a device. Format: `kit/recording.hpp`.
#pragma once

#include "driverapi/kit/recording.hpp"
#include "drivers/transport/link.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace ups::transport {

/// Opens links through another opener and appends their traffic to a file.
class RecordingOpener final : public LinkOpener {
  public:
    /// `inner` outlives this. `source`: text for the recording's header.
    RecordingOpener(LinkOpener& inner, std::string path, std::string source)
        : inner_(inner), path_(std::move(path)), source_(std::move(source)) {}
    /// Also fails when the file cannot be written: a recording with holes is none.
    [[nodiscard]] Result<std::unique_ptr<Link>> open(const LinkRequest& request) override;

  private:
    LinkOpener& inner_;
    std::string path_;
    std::string source_;
    bool started_ = false;
};

/// Plays one recording, across any number of opens. What the plugin sends must be what was recorded;
/// anything else is logged as `problem()` and ends the link. After the last step the device is lost.
class ReplayOpener final : public LinkOpener {
  public:
    explicit ReplayOpener(kit::Recording recording) : recording_(std::move(recording)) {}
    [[nodiscard]] Result<std::unique_ptr<Link>> open(const LinkRequest& request) override;
    [[nodiscard]] bool played_all() const noexcept { return next_ >= recording_.steps.size(); }

  private:
    friend class ReplayLink;
    /// The step that comes next, `=` lines left out; nullptr at the end.
    [[nodiscard]] const kit::Step* step();

    kit::Recording recording_;
    std::size_t next_ = 0;
    std::size_t offset_ = 0;  // in the bytes of that step
};

/// Reads a recording. Fails as `read_file`, or with `invalid` and the line.
[[nodiscard]] Result<kit::Recording> load_recording(const std::string& path);

}  // namespace ups::transport
