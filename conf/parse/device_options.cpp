// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/device_options.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::conf {
namespace {

template <class Target> struct Setter {
    std::string_view name;
    void (*set)(Target&, const Value&);
};

template <class Target, auto Member> void set_text(Target& target, const Value& value) {
    target.*Member = std::string(value.text);
}
template <class Target, auto Member> void set_bool(Target& target, const Value& value) {
    target.*Member = value.boolean;
}
template <class Target, auto Member> void set_number(Target& target, const Value& value) {
    using Number = std::remove_cvref_t<decltype(target.*Member)>;
    target.*Member = static_cast<Number>(value.number);
}
template <auto Member> void set_seconds(DeviceDefaults& target, const Value& value) {
    target.*Member = std::chrono::seconds(value.number);
}
void set_synchronous(DeviceDefaults& target, const Value& value) {
    static constexpr std::array kChoices{Synchronous::yes, Synchronous::no, Synchronous::automatic};
    target.synchronous = kChoices[value.choice];
}

/// Keys with the same effect in the global part and in a section.
using Defaults = DeviceDefaults;
constexpr auto kShared = std::to_array<Setter<Defaults>>({
    {"maxstartdelay", set_seconds<&Defaults::max_start_delay>},
    {"maxretry", set_number<Defaults, &Defaults::max_retry>},
    {"retrydelay", set_seconds<&Defaults::retry_delay>},
    {"nowait", set_bool<Defaults, &Defaults::nowait>},
    {"pollinterval", set_seconds<&Defaults::poll_interval>},
    {"synchronous", set_synchronous},
    {"user", set_text<Defaults, &Defaults::user>},
    {"group", set_text<Defaults, &Defaults::group>},
    {"debug_min", set_number<Defaults, &Defaults::debug_min>},
    {"LIBUSB_DEBUG", set_number<Defaults, &Defaults::libusb_debug>},
    {"reconnect_max_tries", set_number<Defaults, &Defaults::reconnect_max_tries>},
    {"reconnect_report_freq", set_number<Defaults, &Defaults::reconnect_report_freq>},
});

constexpr auto kGlobal = std::to_array<Setter<UpsConf>>({
    {"chroot", set_text<UpsConf, &UpsConf::chroot>},
    {"driverpath", set_text<UpsConf, &UpsConf::driver_path>},
    {"statepath", set_text<UpsConf, &UpsConf::state_path>},
});

constexpr auto kDevice = std::to_array<Setter<UpsSection>>({
    {"driver", set_text<UpsSection, &UpsSection::driver>},
    {"port", set_text<UpsSection, &UpsSection::port>},
    {"desc", set_text<UpsSection, &UpsSection::desc>},
    {"sdorder", set_number<UpsSection, &UpsSection::sd_order>},
    {"sdcommands", set_text<UpsSection, &UpsSection::sd_commands>},
    {"allow_killpower", set_bool<UpsSection, &UpsSection::allow_killpower>},
    {"nolock", set_bool<UpsSection, &UpsSection::nolock>},
    {"ignorelb", set_bool<UpsSection, &UpsSection::ignore_lb>},
});

template <class Target, std::size_t N>
bool apply_from(const std::array<Setter<Target>, N>& setters, Target& target, const Row& row,
                const Value& value) {
    const auto found = std::ranges::find(setters, row.name, &Setter<Target>::name);
    if (found == setters.end()) return false;
    found->set(target, value);
    return true;
}

/// The last value of a key wins, at the place of the first.
void put_option(std::vector<DriverOption>& options, DriverOption option) {
    const auto same = std::ranges::find_if(
        options, [&](const DriverOption& other) { return iequals(other.key, option.key); });
    if (same == options.end())
        options.push_back(std::move(option));
    else
        *same = std::move(option);
}

DriverOption make_option(std::string_view key, std::optional<std::string_view> value,
                         const Place& place) {
    DriverOption option{std::string(key), std::nullopt, place};
    if (value) option.value = std::string(*value);
    return option;
}

/// A key that no row describes is the driver's business; only a likely slip is pointed out.
void note_unknown(std::string_view key, const Place& place, std::vector<Problem>& problems) {
    const auto near = nearest_row(File::ups_conf, Section::device, key);
    if (!near) return;
    problems.push_back({Severity::note, place,
                        "\"" + printable(key, 60) + "\" is passed on to the driver",
                        "did you mean \"" + std::string(*near) + "\"?"});
}

void apply_driver_option(UpsSection& ups, const Row* row, DriverOption option,
                         std::vector<Problem>& problems) {
    if (row == nullptr)
        note_unknown(option.key, option.place, problems);
    else if (option.value)
        // Drivers have the last word on their options, so a misfit is no reason to drop one.
        (void)check_value(*row, *option.value, option.place, problems, Severity::warning);
    put_option(ups.driver_options, std::move(option));
}

void tell_obsolete(const Row& row, const Place& place, std::vector<Problem>& problems) {
    problems.push_back({Severity::warning, place,
                        std::string(row.name) + " is obsolete and has no effect",
                        std::string(row.help)});
}

/// A driver's name becomes part of paths.
bool is_good_driver(const Value& value, std::vector<Problem>& problems) {
    if (!value.text.empty() && value.text.find('/') == std::string_view::npos) return true;
    problems.push_back({Severity::error, value.place,
                        "\"" + printable(value.text, 60) + "\" is no name of a driver",
                        "give the program's name, and driverpath for its folder"});
    return false;
}

void apply_known(UpsSection& ups, const Row& row, const Value& value,
                 std::vector<Problem>& problems) {
    if (row.name == "driver" && !is_good_driver(value, problems)) return;
    if (!apply_from(kDevice, ups, row, value)) apply_from<Defaults>(kShared, ups, row, value);
}

}  // namespace

void apply_global(UpsConf& conf, const Row& row, const Value& value) {
    if (!apply_from(kGlobal, conf, row, value)) apply_from<Defaults>(kShared, conf, row, value);
}

void apply_option(UpsSection& ups, std::string_view key, std::optional<std::string_view> value,
                  const Place& place, std::vector<Problem>& problems) {
    const Row* row = find_row(File::ups_conf, Section::device, key);
    if (row == nullptr || row->has(kDriver))
        return apply_driver_option(ups, row, make_option(key, value, place), problems);
    if (row->type == Type::obsolete) return tell_obsolete(*row, place, problems);
    if (!value && row->type == Type::flag) value = "yes";
    if (!value) return report_no_value(*row, place, problems);
    if (row->has(kPrefix)) {
        auto& options = row->name == "default." ? ups.defaults : ups.overrides;
        return put_option(options, make_option(key.substr(row->name.size()), value, place));
    }
    if (const auto checked = check_value(*row, *value, place, problems))
        apply_known(ups, *row, *checked, problems);
}

}  // namespace ups::conf
