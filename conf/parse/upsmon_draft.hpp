// SPDX-License-Identifier: Apache-2.0
/// upsmon.conf while it is read. For the files `upsmon_*.cpp` only.
#pragma once

#include "conf/parse/statement.hpp"
#include "conf/parse/upsmon_conf.hpp"

#include <vector>

namespace ups::conf {

/// A line that names a UPS, kept until all MONITOR lines are known.
struct KeptLine {
    const Row* row = nullptr;
    RuleLine line;
};

struct UpsmonDraft : UpsmonConf {
    std::vector<KeptLine> kept;
    std::vector<RuleLine> rule_lines;
};

[[nodiscard]] RuleLine copy_of(const Line& line);

// upsmon_per_ups.cpp
void keep_line(UpsmonDraft& draft, const Statement& s);
/// Lets the kept lines take effect, in the order of the file.
void apply_kept_lines(UpsmonDraft& draft, std::vector<Problem>& problems);

// upsmon_notify.cpp
void set_notify_message(UpsmonDraft& draft, const Statement& s);
void set_notify_flags(UpsmonDraft& draft, const Statement& s);
void add_mail(UpsmonDraft& draft, const Statement& s);
void add_webhook(UpsmonDraft& draft, const Statement& s);
void add_webhook_header(UpsmonDraft& draft, const Statement& s);
void set_notify_retry(UpsmonDraft& draft, const Statement& s);
void set_notify_limit(UpsmonDraft& draft, const Statement& s);
/// Ways without a notification that goes there, and the reverse.
void check_notify_ways(const UpsmonDraft& draft, const std::string& file,
                       std::vector<Problem>& problems);

// upsmon_recovery.cpp
void set_recovery(UpsmonDraft& draft, const Statement& s);
/// For kept lines: the UPS of an outlet is looked up.
void add_wake(UpsmonDraft& draft, const Statement& s);

}  // namespace ups::conf
