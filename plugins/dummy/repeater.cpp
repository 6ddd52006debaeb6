// SPDX-License-Identifier: Apache-2.0
#include "repeater.hpp"

#include <utility>

namespace ups::dummy {
namespace {

constexpr std::int64_t kTrackingPause_ms = 100;

/// The remote's own housekeeping is not the device; its driver is not ours.
bool is_repeated(std::string_view name) {
    return !name.starts_with("driver.") && !name.starts_with("server.");
}

}  // namespace

Repeater::Repeater(kit::Host host, RepeaterOptions options)
    : host_(host), options_(std::move(options)), reader_(host, '\n', kMaxLine) {}

kit::Status Repeater::open(kit::Deadline deadline) {
    reader_.reset();
    subscribed_ = tracking_ = stale_ = gone_ = false;
    writable_.clear();
    if (const auto status = start_tls(deadline); status != UPSDRV_OK) return status;
    if (const auto status = log_in(deadline); status != UPSDRV_OK) return status;
    if (const auto status = read_variables(deadline); status != UPSDRV_OK)
        return refused_start(status);
    // The host may have dropped what was shown over the last connection.
    for (const auto& [name, value] : values_)
        (void)host_.set_var(name, value);
    if (const auto status = read_writable(deadline); status != UPSDRV_OK) return status;
    if (const auto status = read_commands(deadline); status != UPSDRV_OK) return status;
    if (const auto status = subscribe(deadline); status != UPSDRV_OK) return status;
    (void)host_.set_var("driver.parameter.mode", "repeater");
    opened_once_ = true;
    return UPSDRV_OK;
}

// UNKNOWN here is "no such UPS" (or a list cut short by a server that is shutting down).
kit::Status Repeater::refused_start(kit::Status status) {
    if (status != UPSDRV_E_UNKNOWN) return status;
    host_.error("the server does not know the UPS " + options_.address.ups);
    return options_.strict_start && !opened_once_ ? UPSDRV_E_FATAL : UPSDRV_E_LOST;
}

kit::Status Repeater::poll(std::uint32_t groups, kit::Deadline deadline) {
    if (subscribed_) {
        if (const auto status = drain(deadline); status != UPSDRV_OK) return status;
        host_.poll_at(host_.now_ms() + kPushInterval_ms);
    } else if (const auto status = read_variables(deadline); status != UPSDRV_OK) {
        return status == UPSDRV_E_UNKNOWN ? UPSDRV_E_LOST : status;
    }
    if (gone_) return UPSDRV_E_LOST;
    if (stale_) return UPSDRV_E_TIMEOUT;
    if ((groups & UPSDRV_POLL_SLOW) == 0) return UPSDRV_OK;
    if (const auto status = read_writable(deadline); status != UPSDRV_OK) return status;
    return read_commands(deadline);
}

kit::Status Repeater::set(std::string_view name, std::string_view value, kit::Deadline deadline) {
    const auto status = forward(request("SET VAR", {options_.address.ups, name, value}), deadline);
    if (status != UPSDRV_OK) return status;
    const Reply now = ask(request("GET VAR", {options_.address.ups, name}), deadline);
    if (now.status == UPSDRV_OK && now.answer.kind == AnswerKind::item &&
        now.answer.words.size() >= 4)
        show(std::string(name), now.answer.words[3]);
    return UPSDRV_OK;
}

kit::Status Repeater::command(std::string_view name, std::optional<std::string_view> parameter,
                              kit::Deadline deadline) {
    std::vector<std::string_view> words = {options_.address.ups, name};
    if (parameter) words.push_back(*parameter);
    return forward(request("INSTCMD", words), deadline);
}

kit::Status Repeater::forward(const std::string& line, kit::Deadline deadline) {
    if (options_.username.empty()) {
        host_.warning("nothing is forwarded without the option username");
        return UPSDRV_E_FAILED;
    }
    const Reply reply = ask(line, deadline);
    if (reply.status != UPSDRV_OK) return reply.status;
    if (reply.answer.kind == AnswerKind::error) {
        host_.warning("the server refused: " + reply.answer.words.front());
        return status_of_error(reply.answer.words.front());
    }
    if (reply.answer.kind != AnswerKind::ok) return UPSDRV_E_FAILED;
    const auto& words = reply.answer.words;
    if (!tracking_ || words.size() < 2 || words[0] != "TRACKING") return UPSDRV_OK;
    return wait_for(words[1], deadline);
}

kit::Status Repeater::wait_for(std::string_view tracking_id, kit::Deadline deadline) {
    const std::string line = request("GET TRACKING", {tracking_id});
    for (;;) {
        const Reply reply = ask(line, deadline);
        if (reply.status != UPSDRV_OK) return reply.status;
        if (reply.answer.kind == AnswerKind::error)
            return status_of_error(reply.answer.words.front());
        if (reply.answer.words.empty()) return UPSDRV_E_FAILED;
        if (reply.answer.words.front() == "SUCCESS") return UPSDRV_OK;
        if (reply.answer.words.front() != "PENDING") return UPSDRV_E_FAILED;
        if (deadline.left_ms() <= kTrackingPause_ms) return UPSDRV_E_TIMEOUT;
        const auto slept = host_.sleep_until(host_.now_ms() + kTrackingPause_ms);
        if (slept != UPSDRV_OK) return slept;
    }
}

// ---- one exchange ---------------------------------------------------------------------------------

Repeater::Reply Repeater::ask(const std::string& line, kit::Deadline deadline) {
    if (const auto status = host_.send(line, deadline.at_ms()); status != UPSDRV_OK)
        return {status, {}};
    return next_answer(deadline);
}

// Events may stand between a request and its answer, never inside one.
Repeater::Reply Repeater::next_answer(kit::Deadline deadline) {
    std::string line;
    for (;;) {
        const auto status = reader_.next(line, deadline);
        // What comes after a timeout would be taken for the answer to the next request.
        if (status == UPSDRV_E_TIMEOUT || status == UPSDRV_E_FAILED) return {UPSDRV_E_LOST, {}};
        if (status != UPSDRV_OK) return {status, {}};
        last_heard_ms_ = host_.now_ms();
        Answer answer = parse_answer(line);
        if (answer.kind == AnswerKind::broken) return {UPSDRV_E_LOST, {}};
        if (answer.kind != AnswerKind::event) return {UPSDRV_OK, std::move(answer)};
        on_event(answer.words);
    }
}

kit::Status Repeater::list(std::string_view what, std::string_view variable, kit::Deadline deadline,
                           const OnItem& on_item) {
    std::vector<std::string_view> words = {options_.address.ups};
    if (!variable.empty()) words.push_back(variable);
    const Reply reply = ask(request("LIST " + std::string(what), words), deadline);
    if (reply.status != UPSDRV_OK) return reply.status;
    if (reply.answer.kind == AnswerKind::error) return status_of_error(reply.answer.words.front());
    if (reply.answer.kind != AnswerKind::begin) return UPSDRV_E_LOST;
    return collect("LIST", deadline, on_item);
}

kit::Status Repeater::collect(std::string_view end, kit::Deadline deadline, const OnItem& on_item) {
    for (std::size_t count = 0; count < kMaxListLines; ++count) {
        const Reply reply = next_answer(deadline);
        if (reply.status != UPSDRV_OK) return reply.status;
        if (reply.answer.kind == AnswerKind::end)
            return reply.answer.words.front() == end ? UPSDRV_OK : UPSDRV_E_LOST;
        if (reply.answer.kind != AnswerKind::item) return UPSDRV_E_LOST;
        on_item(reply.answer.words);
    }
    return UPSDRV_E_LOST;
}

// ---- start ----------------------------------------------------------------------------------------

kit::Status Repeater::start_tls(kit::Deadline deadline) {
    if (options_.tls == Tls::no) return UPSDRV_OK;
    const Reply reply = ask("STARTTLS\n", deadline);
    if (reply.status != UPSDRV_OK) return reply.status;
    if (reply.answer.kind == AnswerKind::ok)
        return host_.start_tls(options_.verify ? options_.address.host : std::string(),
                               deadline.at_ms());
    if (options_.tls == Tls::attempt) return UPSDRV_OK;
    host_.error("the server offers no TLS, and the option tls requires it");
    return UPSDRV_E_LOST;
}

kit::Status Repeater::log_in(kit::Deadline deadline) {
    if (options_.username.empty()) return UPSDRV_OK;
    for (const auto& line :
         {request("USERNAME", {options_.username}), request("PASSWORD", {options_.password})}) {
        const Reply reply = ask(line, deadline);
        if (reply.status != UPSDRV_OK) return reply.status;
        if (reply.answer.kind == AnswerKind::ok) continue;
        host_.error("the server refused the log-in");
        return UPSDRV_E_LOST;
    }
    const Reply reply = ask("SET TRACKING ON\n", deadline);
    if (reply.status != UPSDRV_OK) return reply.status;
    tracking_ = reply.answer.kind == AnswerKind::ok;
    return UPSDRV_OK;
}

kit::Status Repeater::read_variables(kit::Deadline deadline) {
    std::map<std::string, std::string> now;
    const auto status = list("VAR", {}, deadline, [&](const auto& words) {
        if (words.size() >= 4 && words[0] == "VAR") now[words[2]] = words[3];
    });
    if (status != UPSDRV_OK) return status;
    stale_ = false;
    std::erase_if(values_, [&](const auto& old) {
        if (now.contains(old.first)) return false;
        writable_.erase(old.first);
        (void)host_.del_var(old.first);
        return true;
    });
    for (const auto& [name, value] : now)
        show(name, value);
    return UPSDRV_OK;
}

kit::Status Repeater::read_writable(kit::Deadline deadline) {
    std::set<std::string> now;
    const auto status = list("RW", {}, deadline, [&](const auto& words) {
        if (words.size() >= 3 && words[0] == "RW" && is_repeated(words[2])) now.insert(words[2]);
    });
    if (status != UPSDRV_OK) return status;
    for (const std::string& name : writable_)
        if (!now.contains(name) && values_.contains(name)) (void)host_.var_flags(name, 0);
    for (const std::string& name : now) {
        if (writable_.contains(name) || !values_.contains(name)) continue;
        if (const auto its = read_type(name, deadline); its != UPSDRV_OK) return its;
    }
    writable_ = std::move(now);
    return UPSDRV_OK;
}

kit::Status Repeater::read_type(const std::string& name, kit::Deadline deadline) {
    const Reply reply = ask(request("GET TYPE", {options_.address.ups, name}), deadline);
    if (reply.status != UPSDRV_OK) return reply.status;
    if (reply.answer.kind != AnswerKind::item || reply.answer.words.size() < 4) return UPSDRV_OK;
    const RemoteType type = parse_type(reply.answer.words, 3);
    (void)host_.var_flags(name, type.flags | UPSDRV_VAR_RW, type.max_length);
    if (type.is_enum) {
        const auto status = list("ENUM", name, deadline, [&](const auto& words) {
            if (words.size() >= 4) (void)host_.add_enum(name, words[3]);
        });
        if (status != UPSDRV_OK) return status;
    }
    if (!type.is_range) return UPSDRV_OK;
    return list("RANGE", name, deadline, [&](const auto& words) {
        if (words.size() >= 5) (void)host_.add_range(name, words[3], words[4]);
    });
}

kit::Status Repeater::read_commands(kit::Deadline deadline) {
    std::set<std::string> now;
    const auto status = list("CMD", {}, deadline, [&](const auto& words) {
        if (words.size() >= 3 && words[0] == "CMD" && is_repeated(words[2])) now.insert(words[2]);
    });
    if (status != UPSDRV_OK) return status;
    for (const std::string& name : commands_)
        if (!now.contains(name)) (void)host_.del_command(name);
    for (const std::string& name : now)
        (void)host_.add_command(name);
    commands_ = std::move(now);
    return UPSDRV_OK;
}

// ---- pushed changes -------------------------------------------------------------------------------

kit::Status Repeater::subscribe(kit::Deadline deadline) {
    const Reply reply = ask(request("SUBSCRIBE", {options_.address.ups}), deadline);
    if (reply.status != UPSDRV_OK) return reply.status;
    if (reply.answer.kind == AnswerKind::ok) return UPSDRV_E_LOST;
    if (reply.answer.kind != AnswerKind::begin) return UPSDRV_OK;
    const auto status = collect("SUBSCRIBE", deadline, [&](const auto& words) {
        if (words.size() >= 4 && words[0] == "VAR") show(words[2], words[3]);
    });
    subscribed_ = status == UPSDRV_OK;
    return status;
}

kit::Status Repeater::drain(kit::Deadline deadline) {
    if (host_.now_ms() - last_heard_ms_ >= kQuiet_ms) {
        // The answer says whether the server still lives and whether its data is fresh.
        const Reply reply = ask(request("GET VAR", {options_.address.ups, "ups.status"}), deadline);
        if (reply.status != UPSDRV_OK) return reply.status;
    }
    std::string line;
    for (;;) {
        // Only what is there already; the reader keeps the part of a line for the next time.
        const kit::Status status = reader_.next(line, kit::Deadline(host_, host_.now_ms()));
        if (status == UPSDRV_E_TIMEOUT) return UPSDRV_OK;
        if (status == UPSDRV_E_FAILED) return UPSDRV_E_LOST;
        if (status != UPSDRV_OK) return status;
        last_heard_ms_ = host_.now_ms();
        const Answer answer = parse_answer(line);
        if (answer.kind != AnswerKind::event) return UPSDRV_E_LOST;
        on_event(answer.words);
        if (deadline.is_past()) return UPSDRV_OK;
    }
}

void Repeater::on_event(const std::vector<std::string>& words) {
    const std::string_view what = words.front();
    if (words.size() < 2 || !kit::iequals(words[1], options_.address.ups)) return;
    if (what == "STALE") stale_ = true;
    if (what == "FRESH") stale_ = false;
    if (what == "GONE") gone_ = true;
    if (what == "VAR" && words.size() >= 4) show(words[2], words[3]);
    if (what == "DELVAR" && words.size() >= 3) hide(words[2]);
}

// ---- what is shown --------------------------------------------------------------------------------

void Repeater::show(const std::string& name, const std::string& value) {
    if (!is_repeated(name)) return;
    const auto [found, fresh] = values_.try_emplace(name, value);
    if (!fresh && found->second == value) return;
    found->second = value;
    if (host_.set_var(name, value) != UPSDRV_OK && fresh)
        host_.warning("the value of " + name + " cannot be shown");
}

void Repeater::hide(const std::string& name) {
    if (values_.erase(name) == 0) return;
    writable_.erase(name);
    (void)host_.del_var(name);
}

}  // namespace ups::dummy
