// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/subscription.hpp"

#include "lib/base/text.hpp"
#include "lib/base/words.hpp"
#include "server/upsd/session.hpp"

#include <algorithm>

namespace ups::upsd {
namespace {

void append_line(std::string& out, std::string_view what, const std::string& ups,
                 std::string_view name = {}) {
    out += what;
    append_word(out, ups);
    if (!name.empty()) out.append(" ").append(name);
    out += '\n';
}

}  // namespace

Subscription::Subscription(Session& by, Ups& for_ups, std::string spelling,
                           std::vector<std::string> only)
    : session(by), ups(for_ups), spelling_(std::move(spelling)), only_(std::move(only)) {
    ups.subscriptions.push_back(this);
    ups.state.follow_changes(true);
}

Subscription::~Subscription() {
    session.drop_events(*this);
    ups.state.follow_changes(false);
    std::erase(ups.subscriptions, this);
}

bool Subscription::wants(std::string_view name) const {
    return only_.empty() || std::ranges::any_of(only_, [name](const std::string& one) {
               return one.ends_with('.') ? istarts_with(name, one) : iequals(name, one);
           });
}

bool Subscription::may_show() const {
    return ups.link.availability() == Availability::ready && ups.link.is_dump_done();
}

bool Subscription::has_news() const {
    if (ups.link.availability() != Availability::ready) return shown_fresh_;
    const bool all_seen = has_shown_ && shown_fresh_ && seen_ == ups.state.changes()->last();
    return may_show() && !all_seen;
}

void Subscription::snapshot(std::string& out) {
    const bool ready = ups.link.availability() == Availability::ready;
    append_line(out, "BEGIN SUBSCRIBE ", spelling_);
    if (ready)
        for (const auto id : ups.state.sorted())
            if (wants(ups.state.name(id))) append_var(out, id);
    append_line(out, "END SUBSCRIBE ", spelling_);
    seen_ = ups.state.changes()->last();
    shown_fresh_ = has_shown_ = ready;
    if (!ready) append_line(out, "EVENT STALE ", spelling_);
}

void Subscription::append_var(std::string& out, vars::UpsState::VarId id) const {
    if (spelling_ == ups.settings.name) {
        out += ups.state.line(id);
        return;
    }
    append_line(out, "VAR ", spelling_, ups.state.name(id));
    out.pop_back();  // the value comes first
    out += ups.state.line_value(id);
}

void Subscription::changes(std::string& out) {
    const vars::ChangeLog& log = *ups.state.changes();
    log.for_gone(seen_, [&](std::string_view name) {
        if (wants(name)) append_line(out, "EVENT DELVAR ", spelling_, name);
    });
    log.for_changed(seen_, [&](vars::UpsState::VarId id) {
        if (wants(ups.state.name(id))) append_var(out += "EVENT ", id);
    });
    seen_ = log.last();
}

void Subscription::everything(std::string& out) {
    for (const auto id : ups.state.sorted())
        if (wants(ups.state.name(id))) append_var(out += "EVENT ", id);
    seen_ = ups.state.changes()->last();
}

void Subscription::events(std::string& out) {
    if (ups.link.availability() != Availability::ready) {
        if (shown_fresh_) append_line(out, "EVENT STALE ", spelling_);
        shown_fresh_ = false;
        return;
    }
    if (!may_show()) return;
    const bool was_fresh = shown_fresh_;
    if (!has_shown_)
        everything(out);
    else if (ups.state.changes()->is_complete(seen_))
        changes(out);
    else
        snapshot(out);
    has_shown_ = shown_fresh_ = true;
    if (!was_fresh) append_line(out, "EVENT FRESH ", spelling_);
}

}  // namespace ups::upsd
