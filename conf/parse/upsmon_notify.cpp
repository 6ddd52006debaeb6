// SPDX-License-Identifier: Apache-2.0
// Lines of upsmon.conf about notifications.
#include "conf/parse/notify_text.hpp"
#include "conf/parse/upsmon_draft.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <array>

namespace ups::conf {
namespace {

using std::chrono::seconds;

struct FlagRow {
    std::string_view word;
    NotifyFlag flag;
};
constexpr auto kFlags = std::to_array<FlagRow>({
    {"SYSLOG", kNotifySyslog},
    {"WALL", kNotifyWall},
    {"EXEC", kNotifyExec},
    {"IGNORE", kNotifyIgnore},
    {"MAIL", kNotifyMail},
    {"WEBHOOK", kNotifyWebhook},
    {"JOURNAL", kNotifyJournal},
});

/// The type that the first value names. A type that no release has is left alone with a warning, as
/// the file may be for a later one.
std::optional<NotifyType> type_of(const Statement& s) {
    const auto type = find_notify_type(s.word(1));
    if (type) return type;
    const auto near = nearest_notify_type(s.word(1));
    s.report(Severity::warning, 1, in_quotes(s.word(1)) + " is no type of notification",
             near ? "did you mean " + in_quotes(*near) + "?" : "");
    return std::nullopt;
}

std::optional<std::uint8_t> parse_flags(const Statement& s) {
    unsigned flags = 0;
    std::vector<std::string_view> known;
    for (const FlagRow& row : kFlags)
        known.push_back(row.word);
    std::uint32_t offset = 0;
    for (const std::string_view word : split_at(s.word(2), '+')) {
        const auto* row = std::ranges::find_if(
            kFlags, [&](const FlagRow& candidate) { return iequals(candidate.word, word); });
        if (row == kFlags.end()) {
            Place place = s.place(2);
            place.column += offset;
            const auto near = nearest(word, known);
            s.problems.push_back({Severity::error, place,
                                  in_quotes(word) + " is no flag of NOTIFYFLAG",
                                  near ? "did you mean " + in_quotes(*near) + "?"
                                       : "expected one of " + join(known, ", ")});
            return std::nullopt;
        }
        flags |= row->flag;
        offset += static_cast<std::uint32_t>(word.size() + 1);
    }
    return static_cast<std::uint8_t>(flags);
}

/// http:// only to this host: nobody can listen in there.
bool is_webhook_url(std::string_view url) {
    const auto has_host = [&](std::string_view scheme) {
        if (!istarts_with(url, scheme)) return false;
        const std::string_view rest = url.substr(scheme.size());
        return !rest.empty() && rest.front() != '/' && rest.find_first_of(" \"<>\\") == rest.npos;
    };
    if (has_host("https://")) return true;
    if (!has_host("http://")) return false;
    const std::string_view rest = url.substr(7);
    const std::string_view host = rest.starts_with('[') ? rest.substr(0, rest.find(']') + 1)
                                                        : rest.substr(0, rest.find_first_of(":/?"));
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool is_header_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

/// The first two values as numbers of the rows.
std::optional<std::pair<std::int64_t, std::int64_t>>
two_numbers(const Statement& s, const Row& first, const Row& second) {
    const auto a = check_value(first, s.word(1), s.place(1), s.problems);
    const auto b = check_value(second, s.word(2), s.place(2), s.problems);
    if (!a || !b) return std::nullopt;
    report_surplus(s.row, s.line, 3, s.problems);
    return std::pair(a->number, b->number);
}

}  // namespace

void set_notify_message(UpsmonDraft& draft, const Statement& s) {
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    const auto type = type_of(s);
    if (!type) return;
    report_surplus(s.row, s.line, 3, s.problems);
    if (check_notify_text(s.word(2), notify_type_row(*type), s.place(2), s.problems))
        draft.notifications[static_cast<std::size_t>(*type)].text = s.word(2);
}

void set_notify_flags(UpsmonDraft& draft, const Statement& s) {
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    const bool is_all = s.word(1) == "*";
    const auto type = is_all ? std::nullopt : type_of(s);
    if (!is_all && !type) return;
    const auto flags = parse_flags(s);
    if (!flags) return;
    report_surplus(s.row, s.line, 3, s.problems);
    for (std::size_t i = 0; i < kNotifyTypes; ++i)
        if (is_all || i == static_cast<std::size_t>(*type)) draft.notifications[i].flags = *flags;
}

void add_mail(UpsmonDraft& draft, const Statement& s) {
    if (s.values() == 0) return report_no_value(s.row, s.place(0), s.problems);
    for (std::size_t i = 1; i < s.line.words.size(); ++i) {
        const std::string_view address = s.word(i);
        // It stands in a header line, and sendmail reads it: nothing that could mean more there.
        if (address.empty() || address.front() == '-' ||
            address.find_first_of(" ,;:<>()[]\\\"") != address.npos)
            s.error(i, in_quotes(address) + " is no mail address",
                    "expected name@host, or a local name");
        else
            draft.mail_to.emplace_back(address);
    }
}

void add_webhook(UpsmonDraft& draft, const Statement& s) {
    const auto value = single_value(s);
    if (!value) return;
    if (!is_webhook_url(value->text))
        return s.error(1, "WEBHOOK is no address to post to",
                       "expected https://..., or http://localhost...");
    draft.webhooks.push_back({std::string(value->text), {}});
}

void add_webhook_header(UpsmonDraft& draft, const Statement& s) {
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    if (draft.webhooks.empty()) return s.error(0, "WEBHOOKHEADER without a WEBHOOK above it");
    if (!is_header_name(s.word(1)))
        return s.error(1, "the first value of WEBHOOKHEADER is no name of a header",
                       "letters, digits and -, without the colon");
    report_surplus(s.row, s.line, 3, s.problems);
    draft.webhooks.back().headers.push_back({std::string(s.word(1)), std::string(s.word(2))});
}

void set_notify_retry(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kTries = {
        .name = "the tries of NOTIFYRETRY", .type = Type::integer, .least = 1, .most = 20};
    static constexpr Row kPause = {
        .name = "the pause of NOTIFYRETRY", .type = Type::seconds, .least = 1, .most = 3600};
    if (s.values() == 0) return report_no_value(s.row, s.place(0), s.problems);
    if (s.values() == 1) {
        if (const auto tries = check_value(kTries, s.word(1), s.place(1), s.problems))
            draft.notify_tries = static_cast<unsigned>(tries->number);
    } else if (const auto both = two_numbers(s, kTries, kPause)) {
        draft.notify_tries = static_cast<unsigned>(both->first);
        draft.notify_retry = seconds(both->second);
    }
}

void set_notify_limit(UpsmonDraft& draft, const Statement& s) {
    static constexpr Row kCount = {
        .name = "the number of NOTIFYLIMIT", .type = Type::integer, .least = 1, .most = 10'000};
    static constexpr Row kTime = {
        .name = "the time of NOTIFYLIMIT", .type = Type::seconds, .least = 1, .most = 86400};
    if (s.values() < 2) return report_no_value(s.row, s.place(0), s.problems);
    if (const auto both = two_numbers(s, kCount, kTime)) {
        draft.notify_limit = static_cast<unsigned>(both->first);
        draft.notify_limit_time = seconds(both->second);
    }
}

void check_notify_ways(const UpsmonDraft& draft, const std::string& file,
                       std::vector<Problem>& problems) {
    struct Way {
        NotifyFlag flag;
        std::string_view word;
        std::string_view directive;
        bool is_there;
    };
    const Way ways[] = {
        {kNotifyExec, "EXEC", "NOTIFYCMD", !draft.notify_command.empty()},
        {kNotifyMail, "MAIL", "MAIL", !draft.mail_to.empty()},
        {kNotifyWebhook, "WEBHOOK", "WEBHOOK", !draft.webhooks.empty()},
    };
    for (const Way& way : ways) {
        const bool is_used =
            std::ranges::any_of(draft.notifications, [&](const Notification& notification) {
                return (notification.flags & way.flag) != 0;
            });
        if (is_used && !way.is_there)
            problems.push_back({Severity::warning, Place{file, 1, 1},
                                "NOTIFYFLAG says " + std::string(way.word) + ", but there is no " +
                                    std::string(way.directive),
                                ""});
        if (!is_used && way.is_there)
            problems.push_back(
                {Severity::note, Place{file, 1, 1}, std::string(way.directive) + " is never used",
                 "NOTIFYFLAG * SYSLOG+WALL+" + std::string(way.word) + " would use it"});
    }
}

}  // namespace ups::conf
