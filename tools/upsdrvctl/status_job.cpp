// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/status_job.hpp"

#include "lib/base/file.hpp"
#include "lib/base/text.hpp"
#include "tools/upsdrvctl/driver_program.hpp"
#include "tools/upsdrvctl/stop_job.hpp"

#include <nlohmann/json.hpp>

namespace ups::upsdrvctl {
namespace {

std::optional<pid_t> read_pid(const std::string& path) {
    const auto text = read_file(path, 64);
    if (!text) return std::nullopt;
    const auto pid = parse_integer(trim(*text));
    if (!pid || *pid <= 0 || *pid > 0x7FFFFFFF) return std::nullopt;
    return static_cast<pid_t>(*pid);
}

std::string_view word_of(Running running) noexcept {
    switch (running) {
    case Running::running: return "RUNNING";
    case Running::stopped: return "STOPPED";
    case Running::unknown: return "N/A";
    }
    return "N/A";
}

std::string padded(std::string_view text, std::size_t width, bool on_left) {
    const std::string fill(text.size() < width ? width - text.size() : 0, ' ');
    return on_left ? fill + std::string(text) : std::string(text) + fill;
}

constexpr std::size_t kColumn = 20;

}  // namespace

StatusJob::StatusJob(const Context& context, const conf::UpsSection& ups, DriverStatus& row)
    : context_(context), ups_(ups), row_(row) {
    row_.ups = ups.name;
    row_.driver = ups.driver;
}

void StatusJob::begin() {
    row_.pid_file = read_pid(context_.pid_path(ups_));
    const auto owner = find_running(context_, ups_);
    if (owner)
        row_.running = Running::running;
    else if (row_.pid_file)
        row_.running = Running::stopped;
    const std::string path = context_.socket_path(ups_);
    if (!is_listening(path)) return conclude();
    const auto program = find_driver(context_, ups_);
    const bool ours = owner ? maker_of(owner->pid()) == Maker::ours
                            : program && program->maker == Maker::ours;
    if (!ours) {
        row_.responsive = true;
        if (owner) row_.socket_pid = owner->pid();
        return conclude();
    }
    dialog_ = std::make_unique<Dialog>(context_.loop, path, kTalkLimit,
                                       [this](const DialogResult& result) { on_talk(result); });
}

void StatusJob::on_talk(const DialogResult& result) {
    row_.responsive = result.responsive;
    row_.socket_pid = result.pid;
    if (result.status) row_.status = *result.status;
    conclude();
}

void StatusJob::conclude() {
    // Without a pid file (a driver in the foreground) its answer is what there is to go by.
    if (row_.running == Running::unknown && row_.responsive) row_.running = Running::running;
    finish(row_.is_well() ? Outcome::done : Outcome::failed);
}

std::string status_table(const std::vector<DriverStatus>& rows) {
    std::string text = padded("UPSNAME", kColumn, false) + '\t' + padded("UPSDRV", kColumn, true) +
                       "\tRUNNING\tPF_PID\tS_RESPONSIVE\tS_PID\tS_STATUS\n";
    for (const DriverStatus& row : rows) {
        text += padded(row.ups, kColumn, false) + '\t' + padded(row.driver, kColumn, true) + '\t';
        text += word_of(row.running);
        text += '\t' + std::to_string(row.pid_file.value_or(-1)) + '\t';
        text += row.responsive ? "RESPONSIVE" : "NOT_RESPONSIVE";
        text += '\t' + (row.socket_pid ? std::to_string(*row.socket_pid) : "N/A");
        text += "\t\"" + printable(row.status) + "\"\n";
    }
    return text;
}

std::string status_json(const std::vector<DriverStatus>& rows) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const DriverStatus& row : rows) {
        nlohmann::ordered_json one;
        one["ups"] = row.ups;
        one["driver"] = row.driver;
        one["running"] = row.running == Running::running;
        one["pid"] = row.pid_file ? nlohmann::ordered_json(*row.pid_file) : nullptr;
        one["responsive"] = row.responsive;
        one["socket_pid"] = row.socket_pid ? nlohmann::ordered_json(*row.socket_pid) : nullptr;
        one["status"] = row.status;
        all.push_back(std::move(one));
    }
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ups::upsdrvctl
