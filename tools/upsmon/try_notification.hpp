// SPDX-License-Identifier: Apache-2.0
/// `upsmon --try`: notifications for real, to see where they arrive.
#pragma once

#include "tools/upsmon/configuration.hpp"
#include "tools/upsmon/environment.hpp"
#include "tools/upsmon/notifier.hpp"

#include <functional>
#include <string>

namespace ups::upsmon {

/// All of it outlives the trial.
struct TrialDesk {
    const Environment& environment;
    const conf::UpsmonConf& conf;
    const std::string& host;  ///< the name of this one
    Loop& loop;               ///< which nothing else runs or stops meanwhile
};
struct TrialMessage {
    conf::NotifyType type = conf::NotifyType::online;
    std::string ups;    ///< whom it is about
    FeedValues values;  ///< what that says
};

/// Has `send` notify somebody of something of this type, waits until every way that NOTIFYFLAG names for
/// it was taken once, and prints how each went. Whether all went well: a way that leads nowhere, such as
/// EXEC without a NOTIFYCMD, did not. IGNORE is said, and is no failure.
[[nodiscard]] bool deliver_now(const TrialDesk& desk, conf::NotifyType type,
                               const std::function<void(const Notifier&)>& send);

/// One notification of this type, as `deliver_now` has it.
[[nodiscard]] bool try_notification(const TrialDesk& desk, const TrialMessage& message);

}  // namespace ups::upsmon
