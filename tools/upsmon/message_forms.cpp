// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/message_forms.hpp"

#include "lib/base/text.hpp"

#include <nlohmann/json.hpp>

namespace ups::upsmon {
namespace {

std::string header_text(std::string_view text) {
    return printable(text, 900);
}

void add_number(nlohmann::ordered_json& json, const char* name, const std::string& text) {
    if (const auto whole = parse_integer(text))
        json[name] = *whole;
    else if (const auto number = parse_decimal(text))
        json[name] = *number;
}

}  // namespace

bool is_urgent(const Message& message) {
    return message.type == "SHUTDOWN" || message.type == "FSD" || message.type == "LOWBATT";
}

std::string to_mail(const Message& message, std::span<const std::string> to,
                    const std::string& from) {
    std::string mail;
    if (!from.empty()) mail += "From: " + header_text(from) + "\n";
    mail += "To: ";
    for (std::size_t i = 0; i < to.size(); ++i)
        mail += (i == 0 ? "" : ", ") + header_text(to[i]);
    return mail + "\nSubject: " + header_text(message.text) +
           "\nAuto-Submitted: auto-generated\n\n" + message.text + "\n";
}

std::string to_json(const Message& message) {
    nlohmann::ordered_json json{{"type", message.type}};
    if (!message.ups.empty()) json["ups"] = message.ups;
    json["host"] = message.host;
    json["time"] = message.time;
    json["text"] = message.text;
    if (!message.status.empty()) json["status"] = message.status;
    add_number(json, "charge", message.charge);
    add_number(json, "runtime", message.runtime);
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::pair<std::string_view, std::string>> to_journal_fields(const Message& message) {
    // LOG_CRIT and LOG_NOTICE, facility LOG_DAEMON.
    std::vector<std::pair<std::string_view, std::string>> fields{
        {"MESSAGE", message.text},
        {"PRIORITY", is_urgent(message) ? "2" : "5"},
        {"SYSLOG_FACILITY", "3"},
        {"SYSLOG_IDENTIFIER", "upsmon"},
        {"UPS_NOTIFY_TYPE", message.type}};
    const auto add = [&fields](std::string_view name, const std::string& value) {
        if (!value.empty()) fields.emplace_back(name, value);
    };
    add("UPS_NAME", message.ups);
    add("UPS_STATUS", message.status);
    add("UPS_CHARGE", message.charge);
    add("UPS_RUNTIME", message.runtime);
    return fields;
}

Message summary_of(Message last, std::uint64_t count) {
    if (count > 1)
        last.text = std::to_string(count) +
                    " notifications were held back, there were too many; the last: " + last.text;
    return last;
}

}  // namespace ups::upsmon
