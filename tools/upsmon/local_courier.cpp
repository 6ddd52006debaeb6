// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/local_courier.hpp"

#include "lib/base/text.hpp"

#include <algorithm>

namespace ups::upsmon {
namespace {

std::string header_text(std::string_view text) {
    return printable(text, 900);
}

/// A command of a rule may take its time (moving machines, say), but never for ever.
constexpr std::chrono::hours kRuleLimit{1};

bool says(const conf::Rule& rule, const RuleCommand& command) {
    const auto is_it = [&command](const conf::RuleAction& action) {
        return action.kind == conf::ActionKind::run && action.text == command.command;
    };
    return rule.name == command.rule &&
           (std::ranges::any_of(rule.actions, is_it) || std::ranges::any_of(rule.otherwise, is_it));
}

}  // namespace

std::vector<std::string> notify_words(const std::vector<std::string>& command,
                                      const std::string& text) {
    if (command.size() == 1) return {"/bin/sh", "-c", command.front() + " \"$1\"", "upsmon", text};
    std::vector<std::string> words = command;
    words.push_back(text);
    return words;
}

void LocalCourier::use(const conf::UpsmonConf& conf) {
    notify_command_ = conf.notify_command;
    mail_to_ = conf.mail_to;
    mail_from_ = conf.mail_from;
    sendmail_ = conf.sendmail;
    limit_ = conf.notify_timeout;
    rules_ = conf.rules;
}

void LocalCourier::deliver(const Message& message) {
    if ((message.ways & conf::kNotifyWall) != 0)
        runner_.run({"wall", {"wall"}, {}, message.text + "\n", limit_});
    if ((message.ways & conf::kNotifyExec) != 0 && !notify_command_.empty())
        runner_.run({"NOTIFYCMD",
                     notify_words(notify_command_, message.text),
                     {{"NOTIFYTYPE", message.type}, {"UPSNAME", message.ups}},
                     {},
                     limit_});
    if ((message.ways & conf::kNotifyMail) != 0 && !mail_to_.empty()) {
        std::string mail;
        if (!mail_from_.empty()) mail += "From: " + header_text(mail_from_) + "\n";
        mail += "To: ";
        for (std::size_t i = 0; i < mail_to_.size(); ++i)
            mail += (i == 0 ? "" : ", ") + header_text(mail_to_[i]);
        mail += "\nSubject: " + header_text(message.text) + "\nAuto-Submitted: auto-generated\n\n" +
                message.text + "\n";
        runner_.run({"sendmail", sendmail_, {}, mail, limit_});
    }
}

void LocalCourier::run(const RuleCommand& command) {
    // Whoever asks cannot make this run anything but what the administrator wrote.
    const bool is_known =
        std::ranges::any_of(rules_, [&](const conf::Rule& rule) { return says(rule, command); });
    if (!is_known)
        return logger_.error("rule.refused", "no rule says so in the configuration",
                             {{"rule", printable(command.rule)}});
    runner_.run({"RUN of rule " + command.rule,
                 {"/bin/sh", "-c", command.command},
                 {{"NOTIFYTYPE", "RULE"}, {"UPSNAME", command.rule}},
                 {},
                 kRuleLimit});
}

}  // namespace ups::upsmon
