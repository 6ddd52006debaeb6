// SPDX-License-Identifier: Apache-2.0
/// The worker's end of the line to upsmon-sleep.
#pragma once

#include "lib/base/fd.hpp"
#include "lib/event/loop.hpp"
#include "tools/upsmon/sleep/words.hpp"

#include <functional>

namespace ups::upsmon {

class SleepLine {
  public:
    using Callback = std::move_only_function<void(SleepWord word)>;
    /// `channel`: a SOCK_SEQPACKET socket. `callback` is called for each word; bytes that are none are
    /// left out.
    SleepLine(Loop& loop, Fd channel, Callback callback);

    /// Sleep has been noted and need not be delayed any more.
    void tell_known();

  private:
    void on_readable();

    Fd channel_;
    Callback callback_;
    IoWatch watch_;
};

}  // namespace ups::upsmon
