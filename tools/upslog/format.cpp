// SPDX-License-Identifier: Apache-2.0
#include "tools/upslog/format.hpp"

#include "lib/client/tool/json.hpp"

#include <algorithm>
#include <ctime>

namespace ups::upslog {
namespace {

constexpr std::string_view kInvalid = "INVALID";
constexpr std::string_view kAbsent = "NA";

std::time_t seconds_of(WallTime time) {
    return std::chrono::system_clock::to_time_t(time);
}

std::string format_time(const std::string& format, const std::tm& parts) {
    if (format.empty()) return {};
    char text[Format::kMaxTime];
    // Nothing is a result too ("%p" in some places), so a mark behind tells it from a lack of room.
    const std::string marked = format + "|";
    const std::size_t size = std::strftime(text, sizeof text, marked.c_str(), &parts);
    return size == 0 ? std::string(kInvalid) : std::string(text, size - 1);
}

std::string local_time(const std::string& format, WallTime time) {
    const std::time_t seconds = seconds_of(time);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return format_time(format, parts);
}

std::string utc_time(WallTime time) {
    const std::time_t seconds = seconds_of(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return format_time("%Y-%m-%dT%H:%M:%SZ", parts);
}

void append_value(std::string& out, const Moment& moment, const std::string& name) {
    const auto found =
        moment.values == nullptr ? Values::const_iterator{} : moment.values->find(name);
    if (moment.values == nullptr || found == moment.values->end()) {
        out += kAbsent;
        return;
    }
    for (const char c : found->second)
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
}

}  // namespace

Format::Format(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t percent = std::min(text.find('%', at), text.size());
        add_literal(text.substr(at, percent - at));
        if (percent == text.size()) return;
        const std::string_view rest = text.substr(percent + 1);
        at = percent + 2;
        if (rest.starts_with('%')) {
            add_literal("%");
        } else if (rest.starts_with('t')) {
            add_literal("\t");
        } else if (const std::size_t end = rest.find('%'); end != std::string_view::npos) {
            add_escape(rest.substr(0, end));
            at = percent + 1 + end + 1;
        } else {
            mistakes_.push_back("%" + std::string(rest));
            add_literal(kInvalid);
            add_literal(rest);
            return;
        }
    }
}

void Format::add_literal(std::string_view text) {
    if (text.empty()) return;
    if (!parts_.empty() && parts_.back().kind == Kind::literal)
        parts_.back().text += text;
    else
        parts_.push_back({Kind::literal, std::string(text)});
}

void Format::add_escape(std::string_view escape) {
    constexpr std::string_view kTime = "TIME ";
    constexpr std::string_view kVar = "VAR ";
    if (escape.starts_with(kTime)) {
        std::string format(escape.substr(kTime.size()));
        std::ranges::replace(format, '@', '%');
        parts_.push_back({Kind::time, std::move(format)});
    } else if (escape.starts_with(kVar) && escape.size() > kVar.size()) {
        const std::string name(escape.substr(kVar.size()));
        if (std::ranges::find(variables_, name) == variables_.end()) variables_.push_back(name);
        parts_.push_back({Kind::variable, name});
    } else if (escape.starts_with("ETIME")) {
        parts_.push_back({Kind::epoch, {}});
    } else if (escape.starts_with("HOST")) {
        parts_.push_back({Kind::host, {}});
    } else if (escape.starts_with("UPSHOST")) {
        parts_.push_back({Kind::ups, {}});
    } else if (escape.starts_with("PID")) {
        parts_.push_back({Kind::pid, {}});
    } else {
        mistakes_.push_back("%" + std::string(escape) + "%");
        add_literal(kInvalid);
    }
}

std::string Format::render(const Moment& moment) const {
    std::string out;
    for (const Part& part : parts_) {
        switch (part.kind) {
        case Kind::literal:
            out += part.text;
            break;
        case Kind::time:
            out += local_time(part.text, moment.time);
            break;
        case Kind::epoch:
            out += std::to_string(seconds_of(moment.time));
            break;
        case Kind::host:
            out += moment.host;
            break;
        case Kind::ups:
            out += moment.ups;
            break;
        case Kind::pid:
            out += std::to_string(moment.pid);
            break;
        case Kind::variable:
            append_value(out, moment, part.text);
            break;
        }
    }
    return out;
}

std::string render_json(const Moment& moment, const std::vector<std::string>& names) {
    using client::json_string;
    std::string out = "{\"time\": " + json_string(utc_time(moment.time)) +
                      ", \"ups\": " + json_string(moment.ups) + ", \"variables\": ";
    if (moment.values == nullptr) return out + "null}";
    std::string pairs;
    const auto add = [&pairs](const std::string& name, const std::string& value) {
        pairs += (pairs.empty() ? "" : ", ") + json_string(name) + ": " + value;
    };
    if (names.empty()) {
        for (const auto& [name, value] : *moment.values)
            add(name, json_string(value));
    }
    for (const std::string& name : names) {
        const auto found = moment.values->find(name);
        add(name, found == moment.values->end() ? "null" : json_string(found->second));
    }
    return out + "{" + pairs + "}}";
}

}  // namespace ups::upslog
