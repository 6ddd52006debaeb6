// SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include "kit/text.hpp"

#include <algorithm>
#include <utility>

namespace ups::dummy {
namespace {

constexpr std::size_t kMaxProblemsLogged = 10;
/// What stock lists when a file says nothing about commands.
constexpr std::string_view kStockCommand = "load.off";
constexpr std::string_view kBeeper = "ups.beeper.status";

bool assigns(const DeviceFile& file, std::string_view name) {
    return std::any_of(file.entries.begin(), file.entries.end(), [&](const Entry& entry) {
        return entry.kind == EntryKind::value && entry.name == name;
    });
}

std::string place(std::string_view file, const Problem& problem) {
    return std::string(file) + ':' + std::to_string(problem.line) + ':' +
           std::to_string(problem.column) + ": " + problem.text;
}

}  // namespace

Replay::Replay(kit::Host host, ReplayMode mode, BoardOptions options)
    : host_(host), mode_(mode), board_(host, options) {}

kit::Status Replay::open() {
    const kit::Status status = load(host_.now_ms());
    if (status != UPSDRV_OK) {
        host_.error("Can't open definition file " + std::string(host_.port()));
        return UPSDRV_E_FATAL;
    }
    (void)host_.set_var("driver.parameter.mode",
                        mode_ == ReplayMode::once ? "dummy-once" : "dummy-loop");
    advance();
    return UPSDRV_OK;
}

kit::Status Replay::poll() {
    const kit::Status status = reload();
    if (status != UPSDRV_OK) return status;
    advance();
    return UPSDRV_OK;
}

// Once: a changed file starts over. Loop: the next round shows it.
kit::Status Replay::reload() {
    const auto stamp = host_.file_stamp(host_.port());
    if (!stamp) {
        if (!missing_)
            host_.warning("the definition file " + std::string(host_.port()) + " is gone");
        missing_ = true;
        return UPSDRV_E_FAILED;
    }
    if (std::exchange(missing_, false)) host_.info("the definition file is back");
    const bool changed = stamp != stamp_;
    if (mode_ == ReplayMode::once) return changed ? load(host_.now_ms()) : UPSDRV_OK;
    if (!player_->at_end() || host_.now_ms() < player_->due_ms() + kLoopPause_ms) return UPSDRV_OK;
    const std::int64_t start = player_->due_ms() + kLoopPause_ms;
    if (changed) return load(start);
    player_.emplace(entries_, start);
    return UPSDRV_OK;
}

kit::Status Replay::load(std::int64_t start_ms) {
    const auto stamp = host_.file_stamp(host_.port());
    std::string text;
    const kit::Status status = host_.read_file(host_.port(), text);
    if (status != UPSDRV_OK) return UPSDRV_E_FAILED;
    DeviceFile file = parse_device_file(text);
    stamp_ = stamp;
    use(file);
    entries_ = std::move(file.entries);
    player_.emplace(entries_, start_ms);
    return UPSDRV_OK;
}

void Replay::use(const DeviceFile& file) {
    const std::size_t shown = std::min(file.problems.size(), kMaxProblemsLogged);
    for (std::size_t i = 0; i < shown; ++i)
        host_.warning(place(host_.port(), file.problems[i]));
    if (shown < file.problems.size())
        host_.warning("and " + std::to_string(file.problems.size() - shown) + " lines more");
    board_.use_rules(file.rules);
    show_defaults(file);
    show_commands(file.commands);
}

// Stock names itself where a file does not name the device.
void Replay::show_defaults(const DeviceFile& file) {
    if (!assigns(file, "ups.mfr") && !assigns(file, "device.mfr") && !board_.has("ups.mfr"))
        board_.assign("ups.mfr", "Dummy Manufacturer");
    if (!assigns(file, "ups.model") && !assigns(file, "device.model") && !board_.has("ups.model"))
        board_.assign("ups.model", "Dummy UPS");
    if (!assigns(file, "ups.status") && !board_.has("ups.status")) board_.assign("ups.status", "");
}

void Replay::show_commands(std::vector<std::string> commands) {
    if (commands.empty()) {
        (void)host_.add_command(kStockCommand);
    } else if (std::find(commands.begin(), commands.end(), kStockCommand) == commands.end()) {
        (void)host_.del_command(kStockCommand);
    }
    for (const std::string& old : commands_)
        if (std::find(commands.begin(), commands.end(), old) == commands.end() &&
            (old != kStockCommand || !commands.empty()))
            (void)host_.del_command(old);
    for (const std::string& name : commands)
        (void)host_.add_command(name);
    commands_ = std::move(commands);
}

void Replay::advance() {
    for (const Entry& entry : player_->take(host_.now_ms())) {
        if (entry.kind == EntryKind::value) board_.assign(entry.name, entry.text);
        if (entry.kind == EntryKind::alarm) board_.set_alarm(entry.text);
    }
    board_.show_status();
    if (const auto next = player_->next_ms()) {
        host_.poll_at(*next);
    } else if (mode_ == ReplayMode::loop) {
        host_.poll_at(player_->due_ms() + kLoopPause_ms);
    }
}

kit::Status Replay::set(std::string_view name, std::string_view value) {
    return board_.set_by_client(name, value);
}

// Only what the file lists is there; stock's own `load.off` is listed but answers "unknown".
kit::Status Replay::command(std::string_view name) {
    if (std::find(commands_.begin(), commands_.end(), name) == commands_.end())
        return UPSDRV_E_UNKNOWN;
    host_.info("command " + std::string(name));
    if (name == "load.off") board_.change_status("OFF", true);
    if (name == "load.on") board_.change_status("OFF", false);
    if (!board_.has(kBeeper)) return UPSDRV_OK;
    const bool was_enabled = host_.get_var(kBeeper) == "enabled";
    if (name == "beeper.enable" || name == "beeper.on") board_.assign(kBeeper, "enabled");
    if (name == "beeper.disable" || name == "beeper.off") board_.assign(kBeeper, "disabled");
    if (name == "beeper.mute") board_.assign(kBeeper, "muted");
    if (name == "beeper.toggle") board_.assign(kBeeper, was_enabled ? "disabled" : "enabled");
    return UPSDRV_OK;
}

}  // namespace ups::dummy
