// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/target.hpp"

#include <algorithm>

namespace ups::upslog {
namespace {

constexpr std::chrono::seconds kChangePoll{5};

client::WatchOptions watch_options(const std::string& name, const Style& style) {
    client::WatchOptions options{.ups = name};
    // The server sends what is needed and no more.
    options.filters = style.json ? style.json_names : style.format.variables();
    options.poll = style.changes ? std::min(style.interval, kChangePoll) : style.interval;
    return options;
}

}  // namespace

Target::Target(Loop& loop, const std::string& name, std::string text, LogFile& file,
               const Style& style)
    : loop_(loop), text_(std::move(text)), file_(file), style_(style),
      watch_(loop, watch_options(name, style), *this), change_(loop, [this] { write(); }) {}

void Target::attach(client::Connection& connection) {
    attached_ = true;
    watch_.attach(connection);
}

void Target::detach() {
    watch_.detach();
    attached_ = false;
    settle(false);
}

void Target::record() {
    if (due_) write();  // of the last time, when nobody answered
    if (watch_.is_pushed() || (!attached_ && was_tried_)) return write();
    due_ = true;
    if (attached_) watch_.refresh();
}

void Target::on_value(std::string_view name, std::string_view value) {
    values_.insert_or_assign(std::string(name), std::string(value));
    note_change(name);
}

void Target::on_removed(std::string_view name) {
    if (const auto found = values_.find(std::string(name)); found != values_.end())
        values_.erase(found);
    note_change(name);
}

void Target::on_trouble(const client::Failure& /*why*/) {
    settle(false);
}

void Target::on_good() {
    settle(true);
}

void Target::note_change(std::string_view name) {
    if (!style_.changes || written_ == 0) return;
    const auto& shown = style_.json ? style_.json_names : style_.format.variables();
    const bool matters =
        (style_.json && shown.empty()) ||
        std::ranges::any_of(shown, [name](const auto& each) { return iequals(each, name); });
    if (matters && !change_.armed()) change_.start(kGather);
}

void Target::settle(bool good) {
    const bool changed = good != good_;
    good_ = good;
    was_tried_ = true;
    if (due_)
        write();
    else if (changed && style_.changes && written_ > 0 && !change_.armed())
        change_.start(kGather);
}

void Target::write() {
    due_ = false;
    change_.stop();
    if (is_done()) return;
    const Moment moment{.time = loop_.clock().wall(),
                        .ups = text_,
                        .host = style_.host,
                        .pid = style_.pid,
                        .values = good_ ? &values_ : nullptr};
    std::string line = style_.with_name && !style_.json ? text_ + "\t" : "";
    line += style_.json ? render_json(moment, style_.json_names) : style_.format.render(moment);
    file_.write(line);
    ++written_;
}

}  // namespace ups::upslog
