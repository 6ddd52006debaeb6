// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/local_courier.hpp"

#include "lib/base/text.hpp"

namespace ups::upsmon {
namespace {

std::string header_text(std::string_view text) {
    return printable(text, 900);
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
    rules_.use(conf);
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
    rules_.run(command);
}

void LocalCourier::on_idle(std::move_only_function<void()> task) {
    on_idle_ = std::move(task);
    for (ChildRunner* runner : {&runner_, &rules_.runner()})
        runner->on_idle([this] {
            if (is_idle()) on_idle_();
        });
}

}  // namespace ups::upsmon
