// SPDX-License-Identifier: Apache-2.0
// Table: the notifications of upsmon.
#include "conf/schema/notify_type.hpp"

#include "lib/base/text.hpp"

#include <array>
#include <vector>

namespace ups::conf {
namespace {

using enum NotifyType;

// clang-format off
constexpr auto kRows = std::to_array<NotifyTypeRow>({
    {online, "ONLINE", "UPS %s: mains power is back", 1, "", "On mains again after it was on battery."},
    {onbatt, "ONBATT", "UPS %s: on battery", 1, "", "On battery."},
    {lowbatt, "LOWBATT", "UPS %s: battery is low", 1, "", "The battery is low."},
    {fsd, "FSD", "UPS %s: forced shutdown under way", 1, "", "A forced shutdown was ordered, here or by the primary."},
    {commok, "COMMOK", "UPS %s: in contact again", 1, "", "Contact again after it was lost."},
    {commbad, "COMMBAD", "UPS %s: contact lost", 1, "", "Contact with the UPS was lost."},
    {shutdown, "SHUTDOWN", "This host is shutting down now", 2, "", "This host is about to go down; FINALDELAY starts. The detail says why."},
    {shutdown_hostsync, "SHUTDOWN_HOSTSYNC", "Waiting for other hosts before this one shuts down", 1, "2.8.5", "The primary starts to wait for its secondaries."},
    {replbatt, "REPLBATT", "UPS %s: battery needs to be replaced", 1, "", "The battery needs to be replaced; repeated every RBWARNTIME."},
    {nocomm, "NOCOMM", "UPS %s: still no contact", 1, "", "No contact for NOCOMMWARNTIME, and again every NOCOMMWARNTIME."},
    {noparent, "NOPARENT", "The privileged part of upsmon is gone: this host cannot be shut down", 1, "", "The privileged process died; this host could not be shut down."},
    {cal, "CAL", "UPS %s: calibration started", 1, "2.8.0", "A calibration started."},
    {notcal, "NOTCAL", "UPS %s: calibration ended", 1, "2.8.2", "A calibration ended."},
    {off, "OFF", "UPS %s: output is off", 1, "2.8.1", "The output is off."},
    {notoff, "NOTOFF", "UPS %s: output is on again", 1, "2.8.1", "The output is on again."},
    {bypass, "BYPASS", "UPS %s: on bypass, the load is not protected", 1, "2.8.1", "On bypass."},
    {notbypass, "NOTBYPASS", "UPS %s: no longer on bypass", 1, "2.8.1", "No longer on bypass."},
    {eco, "ECO", "UPS %s: in economy mode", 1, "2.8.3", "In economy mode."},
    {noteco, "NOTECO", "UPS %s: no longer in economy mode", 1, "2.8.3", "No longer in economy mode."},
    {alarm, "ALARM", "UPS %s: alarm: %s", 2, "2.8.3", "An alarm is raised, or its text changed. The detail is the text."},
    {notalarm, "NOTALARM", "UPS %s: no alarm any more", 1, "2.8.3", "No alarm any more."},
    {over, "OVER", "UPS %s: overload", 1, "2.8.3", "Overload."},
    {notover, "NOTOVER", "UPS %s: no overload any more", 1, "2.8.3", "No overload any more."},
    {trim, "TRIM", "UPS %s: lowers the mains voltage", 1, "2.8.3", "The mains voltage is too high and lowered."},
    {nottrim, "NOTTRIM", "UPS %s: no longer lowers the mains voltage", 1, "2.8.3", "The voltage is no longer lowered."},
    {boost, "BOOST", "UPS %s: raises the mains voltage", 1, "2.8.3", "The mains voltage is too low and raised."},
    {notboost, "NOTBOOST", "UPS %s: no longer raises the mains voltage", 1, "2.8.3", "The voltage is no longer raised."},
    {other, "OTHER", "UPS %s: further status: %s", 2, "2.8.3", "There are status words that upsmon does not know. The detail lists them."},
    {notother, "NOTOTHER", "UPS %s: no further status any more", 1, "2.8.3", "There are no such words any more."},
    {suspend_starting, "SUSPEND_STARTING", "This host goes to sleep", 1, "2.8.3", "The service manager says that this host goes to sleep."},
    {suspend_finished, "SUSPEND_FINISHED", "This host is awake again", 1, "2.8.3", "This host is awake again."},
    {suspend_timejump_unexpected, "SUSPEND_TIMEJUMP_UNEXPECTED", "The clock of this host jumped", 1, "2.8.6", "The clock jumped and nothing was said about sleep."},
    {authfail, "AUTHFAIL", "UPS %s: upsmon may not log in: %s", 2, "-", "The server refuses the password, the log-in or the rank of primary. The detail is its answer."},
    {nobeat, "NOBEAT", "UPS %s: the heartbeat is missing", 1, "-", "A UPS named by HEARTBEAT did not change between TICK and TOCK in time."},
    {beat, "BEAT", "UPS %s: the heartbeat is back", 1, "-", "The heartbeat is back."},
    {calloff, "CALLOFF", "The shutdown of this host is called off: {detail}", 2, "-", "A shutdown was called off before the point of no return. The detail says why."},
    {rule, "RULE", "%s: %s", 2, "-", "A RULE says notify. The first %s is the rule, the detail its text."},
    {wake, "WAKE", "Waking hosts: {detail}", 2, "-", "A step of the recovery plan is taken. The detail names it."},
    {wakefail, "WAKEFAIL", "Waking hosts failed: {detail}", 2, "-", "A step of the recovery plan did not do it in time. The detail names it."},
});
// clang-format on

static_assert(kRows.size() == kNotifyTypes);

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (static_cast<std::size_t>(kRows[i].type) != i) return false;
    return true;
}
static_assert(in_order());

}  // namespace

std::span<const NotifyTypeRow> notify_type_rows() {
    return kRows;
}

const NotifyTypeRow& notify_type_row(NotifyType type) {
    return kRows[static_cast<std::size_t>(type)];
}

std::optional<NotifyType> find_notify_type(std::string_view name) {
    for (const NotifyTypeRow& row : kRows)
        if (iequals(row.name, name)) return row.type;
    return std::nullopt;
}

std::optional<std::string_view> nearest_notify_type(std::string_view name) {
    std::vector<std::string_view> names;
    for (const NotifyTypeRow& row : kRows)
        names.push_back(row.name);
    return nearest(name, names);
}

}  // namespace ups::conf
