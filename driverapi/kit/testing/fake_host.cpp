// SPDX-License-Identifier: Apache-2.0
#include "kit/testing/fake_host.hpp"

#include "kit/str.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace ups::kit::testing {
namespace {

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

}  // namespace

// The services as C functions: each finds its FakeHost in `ctx`.
struct FakeHost::Services {
    static FakeHost& host(void* ctx) { return *static_cast<FakeHost*>(ctx); }
    static FakeVar* var(void* ctx, upsdrv_str name) {
        const auto found = host(ctx).vars.find(std::string(view(name)));
        if (found != host(ctx).vars.end()) return &found->second;
        host(ctx).problems.push_back("metadata of the unknown variable " + std::string(view(name)));
        return nullptr;
    }

    static std::int64_t now(void* ctx) { return host(ctx).now_ms; }
    static std::int64_t wall(void* ctx) { return host(ctx).wall_ms; }
    static std::int32_t sleep_until(void* ctx, std::int64_t when) {
        if (host(ctx).stopping) return UPSDRV_E_STOPPING;
        host(ctx).advance_ms(std::max<std::int64_t>(0, when - host(ctx).now_ms));
        return UPSDRV_OK;
    }
    static void poll_at(void* ctx, std::int64_t when) {
        auto& next = host(ctx).next_poll_ms;
        next = next ? std::min(*next, when) : when;
    }
    static void log(void* ctx, std::uint32_t level, upsdrv_str text) {
        host(ctx).logs.emplace_back(level, view(text));
    }
    static std::int32_t option(void* ctx, const char* name, upsdrv_str* value) {
        for (const auto& [key, text] : host(ctx).options) {
            if (key != name) continue;
            *value = str(text);
            return UPSDRV_OK;
        }
        const auto found = host(ctx).fallbacks.find(name);
        if (found == host(ctx).fallbacks.end()) return UPSDRV_E_UNKNOWN;
        *value = str(found->second);
        return UPSDRV_OK;
    }
    static std::int32_t option_at(void* ctx, std::uint32_t index, upsdrv_str* name,
                                  upsdrv_str* value) {
        if (index >= host(ctx).options.size()) return UPSDRV_E_UNKNOWN;
        *name = str(host(ctx).options[index].first);
        *value = str(host(ctx).options[index].second);
        return UPSDRV_OK;
    }
    static upsdrv_str ups_name(void* ctx) { return str(host(ctx).ups_name); }
    static upsdrv_str port(void* ctx) { return str(host(ctx).port); }

    static std::int32_t set_var(void* ctx, upsdrv_str name, upsdrv_str value) {
        if (!is_name(view(name))) {
            host(ctx).problems.push_back("bad name: " + std::string(view(name)));
            return UPSDRV_E_INVALID;
        }
        host(ctx).vars[std::string(view(name))].value = view(value);
        return UPSDRV_OK;
    }
    static std::int32_t del_var(void* ctx, upsdrv_str name) {
        return host(ctx).vars.erase(std::string(view(name))) == 1 ? UPSDRV_OK : UPSDRV_E_UNKNOWN;
    }
    static std::int32_t var_flags(void* ctx, upsdrv_str name, std::uint32_t flags,
                                  std::uint32_t max_length) {
        FakeVar* it = var(ctx, name);
        if (it == nullptr) return UPSDRV_E_UNKNOWN;
        it->flags = flags;
        it->max_length = max_length;
        return UPSDRV_OK;
    }
    static std::int32_t add_enum(void* ctx, upsdrv_str name, upsdrv_str value) {
        FakeVar* it = var(ctx, name);
        if (it == nullptr) return UPSDRV_E_UNKNOWN;
        if (std::find(it->enums.begin(), it->enums.end(), view(value)) == it->enums.end())
            it->enums.emplace_back(view(value));
        return UPSDRV_OK;
    }
    static std::int32_t del_enum(void* ctx, upsdrv_str name, upsdrv_str value) {
        FakeVar* it = var(ctx, name);
        if (it == nullptr) return UPSDRV_E_UNKNOWN;
        return std::erase(it->enums, view(value)) > 0 ? UPSDRV_OK : UPSDRV_E_UNKNOWN;
    }
    static std::int32_t add_range(void* ctx, upsdrv_str name, upsdrv_str min, upsdrv_str max) {
        FakeVar* it = var(ctx, name);
        if (it == nullptr) return UPSDRV_E_UNKNOWN;
        const std::pair<std::string, std::string> range(view(min), view(max));
        if (std::find(it->ranges.begin(), it->ranges.end(), range) == it->ranges.end())
            it->ranges.push_back(range);
        return UPSDRV_OK;
    }
    static std::int32_t del_range(void* ctx, upsdrv_str name, upsdrv_str min, upsdrv_str max) {
        FakeVar* it = var(ctx, name);
        if (it == nullptr) return UPSDRV_E_UNKNOWN;
        const std::pair<std::string, std::string> range(view(min), view(max));
        return std::erase(it->ranges, range) > 0 ? UPSDRV_OK : UPSDRV_E_UNKNOWN;
    }
    static std::int32_t add_command(void* ctx, upsdrv_str name) {
        if (!is_name(view(name))) return UPSDRV_E_INVALID;
        host(ctx).commands.insert(std::string(view(name)));
        return UPSDRV_OK;
    }
    static std::int32_t del_command(void* ctx, upsdrv_str name) {
        return host(ctx).commands.erase(std::string(view(name))) == 1 ? UPSDRV_OK
                                                                      : UPSDRV_E_UNKNOWN;
    }
    static std::int32_t get_var(void* ctx, upsdrv_str name, upsdrv_str* value) {
        const auto found = host(ctx).value(view(name));
        if (!found) return UPSDRV_E_UNKNOWN;
        host(ctx).text_ = *found;
        *value = str(host(ctx).text_);
        return UPSDRV_OK;
    }
    static std::int32_t set_status(void* ctx, upsdrv_str words) {
        host(ctx).status = view(words);
        return UPSDRV_OK;
    }
    static std::int32_t set_alarm(void* ctx, upsdrv_str text) {
        host(ctx).alarm = view(text);
        return UPSDRV_OK;
    }
    static void clear(void* ctx) {
        ++host(ctx).clears;
        host(ctx).vars.clear();
        host(ctx).commands.clear();
        host(ctx).status.clear();
        host(ctx).alarm.clear();
    }

    static std::int32_t link_send(void* ctx, upsdrv_str bytes, std::int64_t deadline) {
        return host(ctx).send(view(bytes), deadline);
    }
    static std::int32_t link_receive(void* ctx, void* buffer, std::uint32_t capacity,
                                     std::int64_t deadline) {
        return host(ctx).receive(static_cast<char*>(buffer), capacity, deadline);
    }
    static std::int32_t link_control(void* ctx, std::uint32_t operation, upsdrv_str argument,
                                     std::int64_t /*deadline*/) {
        if (operation == UPSDRV_LINK_OP_FLUSH) {
            host(ctx).incoming_.clear();
            return UPSDRV_OK;
        }
        if (operation != UPSDRV_LINK_OP_START_TLS) return UPSDRV_E_UNSUPPORTED;
        host(ctx).tls_names.emplace_back(view(argument));
        return host(ctx).start_tls_result;
    }

    static std::int32_t file_read(void* ctx, upsdrv_str name, std::uint64_t offset, void* buffer,
                                  std::uint32_t capacity) {
        const auto found = host(ctx).files.find(std::string(view(name)));
        if (found == host(ctx).files.end()) return UPSDRV_E_UNKNOWN;
        if (offset >= found->second.size()) return 0;
        return static_cast<std::int32_t>(
            found->second.copy(static_cast<char*>(buffer), capacity, offset));
    }
    static std::int32_t file_stamp(void* ctx, upsdrv_str name, std::uint64_t* stamp) {
        const auto found = host(ctx).files.find(std::string(view(name)));
        if (found == host(ctx).files.end()) return UPSDRV_E_UNKNOWN;
        *stamp = std::hash<std::string>()(found->second);
        return UPSDRV_OK;
    }
    static std::int32_t use_link(void* ctx, std::uint32_t link, upsdrv_str address) {
        host(ctx).link.emplace(link, view(address));
        return UPSDRV_OK;
    }
};

FakeHost::FakeHost() {
    using S = Services;
    abi_ = {sizeof(upsdrv_host),
            UPSDRV_ABI_MINOR,
            this,
            S::now,
            S::wall,
            S::sleep_until,
            S::poll_at,
            S::log,
            S::option,
            S::option_at,
            S::ups_name,
            S::port,
            S::set_var,
            S::del_var,
            S::var_flags,
            S::add_enum,
            S::del_enum,
            S::add_range,
            S::del_range,
            S::add_command,
            S::del_command,
            S::get_var,
            S::set_status,
            S::set_alarm,
            S::clear,
            S::link_send,
            S::link_receive,
            S::link_control,
            S::file_read,
            S::file_stamp,
            S::use_link};
}

std::optional<std::string> FakeHost::value(std::string_view name) const {
    if (name == "ups.status" && !status.empty()) return alarm.empty() ? status : "ALARM " + status;
    if (name == "ups.alarm" && !alarm.empty()) return alarm;
    const auto found = vars.find(std::string(name));
    if (found == vars.end()) return std::nullopt;
    return found->second.value;
}

bool FakeHost::logged(std::string_view part) const {
    return std::any_of(logs.begin(), logs.end(), [&](const auto& line) {
        return line.second.find(part) != std::string::npos;
    });
}

void FakeHost::play(std::string_view recording) {
    recording_ = parse_recording(recording);
    next_step_ = 0;
    offset_ = 0;
    if (!recording_.problem.empty()) problems.push_back(recording_.problem);
}

Step* FakeHost::step() {
    while (next_step_ < recording_.steps.size()) {
        Step& next = recording_.steps[next_step_];
        if (next.kind != StepKind::expect) return &next;
        // The plugin went on with I/O: the line stands for the reading before, which has not ended.
        check_expectations();
    }
    return nullptr;
}

std::int32_t FakeHost::wait_in_vain(std::int64_t deadline_ms) {
    advance_ms(std::max<std::int64_t>(0, deadline_ms - now_ms));
    return UPSDRV_E_TIMEOUT;
}

std::int32_t FakeHost::send(std::string_view bytes, std::int64_t deadline_ms) {
    if (stopping) return UPSDRV_E_STOPPING;
    if (now_ms > deadline_ms) return UPSDRV_E_TIMEOUT;
    sent.append(bytes);
    if (device) {
        incoming_ += device(bytes);
        return UPSDRV_OK;
    }
    while (!bytes.empty()) {
        Step* next = step();
        if (next != nullptr && next->kind == StepKind::lost) {
            ++next_step_;
            return UPSDRV_E_LOST;
        }
        const std::size_t count =
            next == nullptr ? 0 : std::min(bytes.size(), next->bytes.size() - offset_);
        if (next == nullptr || next->kind != StepKind::send ||
            next->bytes.compare(offset_, count, bytes.substr(0, count)) != 0) {
            const std::string where =
                next == nullptr ? "the end" : "line " + std::to_string(next->line);
            problems.push_back("sent \"" + encode_bytes(bytes) + "\" at " + where +
                               " of the recording");
            return UPSDRV_E_LOST;
        }
        bytes.remove_prefix(count);
        offset_ += count;
        if (offset_ == next->bytes.size()) {
            ++next_step_;
            offset_ = 0;
        }
    }
    return UPSDRV_OK;
}

std::int32_t FakeHost::receive(char* buffer, std::uint32_t capacity, std::int64_t deadline_ms) {
    if (stopping) return UPSDRV_E_STOPPING;
    if (device) {
        if (incoming_.empty()) incoming_ = device({});
        if (incoming_.empty()) return wait_in_vain(deadline_ms);
        const std::size_t count = incoming_.copy(buffer, capacity);
        incoming_.erase(0, count);
        return static_cast<std::int32_t>(count);
    }
    Step* next = step();
    if (next == nullptr || next->kind == StepKind::send) return wait_in_vain(deadline_ms);
    if (next->kind == StepKind::timeout || next->kind == StepKind::lost) {
        ++next_step_;
        return next->kind == StepKind::lost ? UPSDRV_E_LOST : wait_in_vain(deadline_ms);
    }
    const std::size_t count = next->bytes.copy(buffer, capacity, offset_);
    offset_ += count;
    if (offset_ == next->bytes.size()) {
        ++next_step_;
        offset_ = 0;
    }
    return static_cast<std::int32_t>(count);
}

void FakeHost::check_expectations() {
    for (; next_step_ < recording_.steps.size(); ++next_step_) {
        const Step& next = recording_.steps[next_step_];
        if (next.kind != StepKind::expect) return;
        const auto found = value(next.name);
        if (next.absent ? !found : found == next.bytes) continue;
        problems.push_back("line " + std::to_string(next.line) + ": " + next.name + " is " +
                           (found ? "\"" + *found + "\"" : "absent") + ", expected " +
                           (next.absent ? "absent" : "\"" + next.bytes + "\""));
    }
}

Session::Session(const upsdrv_plugin& plugin, FakeHost& host) : plugin_(plugin), host_(host) {
    for (std::uint32_t i = 0; i < plugin.option_count; ++i)
        if (plugin.options[i].fallback != nullptr)
            host.fallbacks.emplace(plugin.options[i].name, plugin.options[i].fallback);
    created_ = plugin.create(host.abi(), &self_);
}

Session::~Session() {
    if (created_ != UPSDRV_OK) return;
    close();
    plugin_.destroy(self_);
}

std::int32_t Session::probe() {
    return plugin_.probe == nullptr ? UPSDRV_E_UNSUPPORTED : plugin_.probe(self_, deadline());
}

std::int32_t Session::open() {
    if (created_ != UPSDRV_OK) return UPSDRV_E_LOST;
    const std::int32_t result = plugin_.open(self_, deadline());
    open_ = open_ || result == UPSDRV_OK;
    return result;
}

std::int32_t Session::poll(std::uint32_t groups) {
    return plugin_.poll(self_, groups, deadline());
}

std::int32_t Session::set(std::string_view name, std::string_view value) {
    if (plugin_.set == nullptr) return UPSDRV_E_UNSUPPORTED;
    return plugin_.set(self_, str(name), str(value), deadline());
}

std::int32_t Session::command(std::string_view name, std::optional<std::string_view> parameter) {
    if (plugin_.command == nullptr) return UPSDRV_E_UNSUPPORTED;
    return plugin_.command(self_, str(name), parameter ? str(*parameter) : upsdrv_str{},
                           deadline());
}

std::int32_t Session::shutdown() {
    return plugin_.shutdown == nullptr ? UPSDRV_E_UNSUPPORTED : plugin_.shutdown(self_, deadline());
}

std::int32_t Session::reconfigure() {
    return plugin_.reconfigure == nullptr ? UPSDRV_E_UNSUPPORTED : plugin_.reconfigure(self_);
}

void Session::close() {
    if (!open_) return;
    open_ = false;
    plugin_.close(self_);
}

std::vector<std::string> replay(const upsdrv_plugin& plugin, std::string_view recording,
                                std::vector<std::pair<std::string, std::string>> options,
                                std::string port) {
    constexpr int kMaxCalls =
        10'000;  // a plugin that exchanges nothing would never end the recording
    FakeHost host;
    host.options = std::move(options);
    host.port = std::move(port);
    host.play(recording);
    Session session(plugin, host);
    if (session.created() != UPSDRV_OK) host.problems.emplace_back("create failed");
    bool open = false;
    for (int i = 0; i < kMaxCalls && host.problems.empty() && !host.played_all(); ++i) {
        const std::int32_t result = open ? session.poll() : session.open();
        host.check_expectations();
        if (!open) open = result == UPSDRV_OK;
        if (result == UPSDRV_E_FATAL) host.problems.emplace_back("the plugin gave up");
        if (result == UPSDRV_E_LOST) {
            session.close();
            open = false;
        }
        host.advance_ms(1000);
    }
    if (!host.played_all() && host.problems.empty())
        host.problems.emplace_back("the plugin did not exchange the whole recording");
    return host.problems;
}

}  // namespace ups::kit::testing
