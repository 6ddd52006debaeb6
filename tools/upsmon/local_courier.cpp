// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/local_courier.hpp"

#include "lib/base/text.hpp"
#include "tools/upsmon/message_forms.hpp"
#include "tools/upsmon/webhook/request.hpp"

#include <algorithm>
#include <sys/wait.h>
#include <unistd.h>

namespace ups::upsmon {
namespace {

/// For the program that posts to notice by itself that its time is up, which tells more.
constexpr std::chrono::seconds kGrace{2};

struct WayRow {
    Way way;
    conf::NotifyFlag flag;
    std::string_view name;
};
constexpr WayRow kWayRows[] = {{Way::wall, conf::kNotifyWall, "WALL"},
                               {Way::exec, conf::kNotifyExec, "EXEC"},
                               {Way::mail, conf::kNotifyMail, "MAIL"},
                               {Way::webhook, conf::kNotifyWebhook, "WEBHOOK"}};

std::string_view name_of(Way way) {
    return kWayRows[static_cast<std::size_t>(way)].name;
}

/// A command may keep state for each UPS, so that one that flaps must not swallow the news of another.
std::string limit_key(Way way, const Message& message) {
    std::string key(name_of(way));
    return way == Way::exec ? key + " " + message.ups : key;
}

std::optional<PostStatus> post_status_of(Way way, int status) {
    if (way != Way::webhook || status == ChildRunner::kNotRun || !WIFEXITED(status))
        return std::nullopt;
    return post_status(WEXITSTATUS(status));
}

DeliveryQueue::Outcome outcome_of(Way way, int status) {
    using enum DeliveryQueue::Outcome;
    if (status == 0) return delivered;
    const auto post = post_status_of(way, status);
    return post && !is_passing(*post) ? refused : failed;
}

std::string why(Way way, int status) {
    const auto post = post_status_of(way, status);
    return post ? std::string(post_status_text(*post)) : end_text(status);
}

}  // namespace

std::vector<std::string> notify_words(const std::vector<std::string>& command,
                                      const std::string& text) {
    if (command.size() == 1) return {"/bin/sh", "-c", command.front() + " \"$1\"", "upsmon", text};
    std::vector<std::string> words = command;
    words.push_back(text);
    return words;
}

LocalCourier::LocalCourier(Loop& loop, Places places, const Logger& logger)
    : loop_(loop), places_(std::move(places)), logger_(logger), runner_(loop, logger),
      rules_(loop, logger), timer_(loop, [this] { on_time(); }) {
    rules_.runner().on_idle([this] { tell_idle(); });
}

void LocalCourier::use(const conf::UpsmonConf& conf) {
    notify_command_ = conf.notify_command;
    mail_to_ = conf.mail_to;
    mail_from_ = conf.mail_from;
    sendmail_ = conf.sendmail;
    webhooks_ = conf.webhooks;
    rules_.use(conf);
    timeout_ = conf.notify_timeout;
    queue_.set_retry(conf.notify_tries, conf.notify_retry);
    limit_.set(conf.notify_limit, conf.notify_limit_time);
    if (!webhooks_.empty() && ::access(places_.webhook_program.c_str(), X_OK) != 0)
        logger_.error("notify", places_.webhook_program + " cannot be run: nothing will be posted");
    set_timer();
}

void LocalCourier::deliver(const Message& message) {
    if ((message.ways & conf::kNotifyJournal) != 0) write_journal(message);
    const bool has_way[kWays] = {true, !notify_command_.empty(), !mail_to_.empty(),
                                 !webhooks_.empty()};
    for (const WayRow& row : kWayRows)
        if ((message.ways & row.flag) != 0 && has_way[static_cast<std::size_t>(row.way)])
            take(row.way, message);
    set_timer();
}

void LocalCourier::run(const RuleCommand& command) {
    rules_.run(command);
}

void LocalCourier::take(Way way, const Message& message) {
    const std::string key = limit_key(way, message);
    if (is_urgent(message) || limit_.take(key, loop_.now())) return send(way, message);
    held_[key] = {way, message};
}

void LocalCourier::send(Way way, const Message& message) {
    switch (way) {
    case Way::wall:
        return add(way, message, {"wall", {"wall"}, {}, message.text + "\n", timeout_});
    case Way::exec:
        return add(way, message,
                   {"NOTIFYCMD",
                    notify_words(notify_command_, message.text),
                    {{"NOTIFYTYPE", message.type}, {"UPSNAME", message.ups}},
                    {},
                    timeout_});
    case Way::mail:
        return add(way, message,
                   {"mail through " + sendmail_.front(),
                    sendmail_,
                    {},
                    to_mail(message, mail_to_, mail_from_),
                    timeout_,
                    FailureReport::caller});
    case Way::webhook:
        return send_posts(message);
    }
}

void LocalCourier::send_posts(const Message& message) {
    for (const conf::Webhook& webhook : webhooks_) {
        PostRequest request{webhook.url, {}, to_json(message)};
        for (const conf::WebhookHeader& header : webhook.headers)
            request.headers.push_back(header.name + ": " + header.text);
        const std::string what = "post to " + place_of(webhook.url);
        if (const auto input = to_input(request))
            add(Way::webhook, message,
                {what,
                 {places_.webhook_program, std::to_string(timeout_.count())},
                 {},
                 *input,
                 timeout_ + kGrace,
                 FailureReport::caller});
        else
            logger_.error("notify.given_up", what + ": address or headers are not usable");
    }
}

void LocalCourier::add(Way way, const Message& message, Command command) {
    const auto urgency =
        is_urgent(message) ? DeliveryQueue::Urgency::urgent : DeliveryQueue::Urgency::usual;
    const DeliveryQueue::Added added = queue_.add(way, urgency, loop_.now());
    if (added.dropped) deliveries_.erase(*added.dropped);
    if (added.dropped || added.id == 0) {
        ++dropped_;
        logger_.error("notify.dropped", "too many notifications wait: one is given up",
                      {{"dropped", std::to_string(dropped_)}});
    }
    if (added.id != 0)
        deliveries_.emplace(added.id, Delivery{way, message.type, std::move(command)});
}

void LocalCourier::write_journal(const Message& message) {
    const auto values = to_journal_fields(message);
    std::vector<JournalField> fields;
    fields.reserve(values.size());
    for (const auto& [name, value] : values)
        fields.push_back({name, value});
    const auto sent = send_to_journal(places_.journal, fields);
    if (on_outcome_)
        on_outcome_("journal", sent ? "done" : "to the log instead: " + sent.error().text);
    if (sent) return;
    if ((message.ways & conf::kNotifySyslog) != 0) return;  // it is there already
    logger_.info("notify", message.text, {{"type", message.type}, {"ups", message.ups}});
}

void LocalCourier::release(const std::vector<NotifyLimit::Held>& all) {
    for (const NotifyLimit::Held& one : all) {
        auto found = held_.extract(one.key);
        if (found.empty()) continue;
        const HeldBack& held = found.mapped();
        logger_.warning("notify.limit", "too many notifications were told together",
                        {{"way", name_of(held.way)}, {"count", std::to_string(one.count)}});
        send(held.way, summary_of(held.last, one.count));
    }
}

void LocalCourier::on_time() {
    release(limit_.on_time(loop_.now()));
    while (const auto id = queue_.next(loop_.now())) {
        const auto found = deliveries_.find(*id);
        if (found == deliveries_.end()) continue;
        runner_.run(found->second.command, [this, id = *id](int status) { on_end(id, status); });
    }
    set_timer();
}

void LocalCourier::set_timer() {
    auto due = queue_.deadline(loop_.now());
    if (const auto held = limit_.deadline()) due = due ? std::min(*due, *held) : held;
    if (due)
        timer_.start_at(*due);
    else
        timer_.stop();
}

void LocalCourier::on_end(DeliveryQueue::Id id, int status) {
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return;
    const Way way = found->second.way;
    const unsigned tries = queue_.tries(id);
    const auto fate = queue_.ended(id, outcome_of(way, status), loop_.now());
    if (fate == DeliveryQueue::Fate::given_up) ++failures_;
    tell_fate(found->second, fate, tries, status);
    if (fate != DeliveryQueue::Fate::waits && on_outcome_)
        on_outcome_(found->second.command.what,
                    fate == DeliveryQueue::Fate::done ? "done" : "failed: " + why(way, status));
    if (fate != DeliveryQueue::Fate::waits) deliveries_.erase(found);
    set_timer();
    tell_idle();
}

void LocalCourier::tell_fate(const Delivery& delivery, DeliveryQueue::Fate fate, unsigned tries,
                             int status) {
    if (delivery.command.report == FailureReport::runner) return;
    const std::string& what = delivery.command.what;
    const std::string count = std::to_string(tries);
    const std::initializer_list<LogField> fields{{"type", delivery.type}, {"tries", count}};
    switch (fate) {
    case DeliveryQueue::Fate::done:
        if (tries > 1) logger_.info("notify.delivered", what + " went through", fields);
        return;
    case DeliveryQueue::Fate::waits:
        // Of a row of failures the first and the last are told.
        if (tries == 1)
            logger_.warning("notify.failed",
                            what + " " + why(delivery.way, status) + "; it is tried again", fields);
        return;
    case DeliveryQueue::Fate::given_up:
        logger_.error("notify.given_up", what + " " + why(delivery.way, status) + "; given up",
                      fields);
        return;
    }
}

void LocalCourier::finish() {
    release(limit_.release());
    queue_.finish(loop_.now());
    set_timer();
}

bool LocalCourier::is_idle() const {
    return queue_.is_empty() && held_.empty() && rules_.is_idle();
}

void LocalCourier::tell_idle() {
    if (is_idle() && on_idle_) on_idle_();
}

}  // namespace ups::upsmon
