// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/ups_conf.hpp"

#include "conf/parse/device_options.hpp"
#include "conf/parse/sections.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace ups::conf {
namespace {

/// A key of a section as written. Applied when all files are read: a section starts from the global
/// values, and those may stand in any file.
struct Assignment {
    std::string key;
    std::optional<std::string> value;
    Place place;
    Place value_place;
};

struct RawSection {
    std::string name;
    Place place;
    std::vector<Assignment> assignments;
};

class Collector {
  public:
    explicit Collector(Loaded<UpsConf>& loaded) : loaded_(loaded) {}
    void read(std::string_view text, const std::string& file);
    void finish();

  private:
    void open_section(std::string_view name, const Place& place);
    void take(const Line& line);
    void take_global(const Line& line, const Assignment& assignment);
    [[nodiscard]] std::optional<Assignment> read_assignment(const Line& line);
    [[nodiscard]] bool is_usable(const UpsSection& ups);
    void report(Severity severity, const Place& place, std::string text, std::string hint = {});

    Loaded<UpsConf>& loaded_;
    std::vector<RawSection> sections_;
    std::map<std::string, std::size_t, std::less<>> by_name_;
    std::set<std::string, ILess> names_;  // in any case
    enum class Where : std::uint8_t { global, section, nowhere } where_ = Where::global;
    std::size_t current_ = 0;
};

void Collector::report(Severity severity, const Place& place, std::string text, std::string hint) {
    loaded_.problems.push_back({severity, place, std::move(text), std::move(hint)});
}

void Collector::open_section(std::string_view name, const Place& place) {
    where_ = Where::nowhere;
    if (name.find('/') != std::string_view::npos)
        return report(Severity::error, place, "a UPS name has no /",
                      "it becomes part of a file name");
    if (iequals(name, "default"))
        return report(Severity::error, place, "\"default\" is a reserved name",
                      "write options for all UPSes above the first section");
    const auto known = by_name_.find(name);
    if (known == by_name_.end()) {
        if (const auto [other, is_new] = names_.emplace(name); !is_new)
            return report(Severity::error, place,
                          "\"" + std::string(name) + "\" differs from \"" + *other +
                              "\" in case only",
                          "clients name UPSes in any case");
        by_name_.emplace(name, sections_.size());
        sections_.push_back({std::string(name), place, {}});
    }
    current_ = known == by_name_.end() ? sections_.size() - 1 : known->second;
    where_ = Where::section;
    // Files beside ups.conf may add to its sections; in one file a name is more often taken by mistake.
    const Place& first = sections_[current_].place;
    if (known != by_name_.end() && first.file == place.file)
        report(Severity::warning, place, "[" + printable(name, 60) + "] comes again",
               "this adds to, and wins over, what stands in line " + std::to_string(first.line));
}

/// Splits a line into key and value; says what is left out.
std::optional<Assignment> Collector::read_assignment(const Line& line) {
    Assignment assignment{std::string(line.words[0]), std::nullopt, line.places[0], line.places[0]};
    if (line.words.size() == 1) return assignment;
    if (!line.is_assignment()) {
        report(Severity::note, line.places[0],
               "this line has no = after its first word and is ignored");
        return std::nullopt;
    }
    if (line.words.size() == 2) {
        report(Severity::error, line.places[1], "no value after =");
        return std::nullopt;
    }
    assignment.value = line.words[2];
    assignment.value_place = line.places[2];
    if (line.words.size() > 3) {
        const Row row{.name = assignment.key};
        const Row* known = find_row(File::ups_conf, Section::device, assignment.key);
        report_surplus(known != nullptr ? *known : row, line, 3, loaded_.problems);
    }
    return assignment;
}

void Collector::take_global(const Line& line, const Assignment& assignment) {
    const Row* row = find_row(File::ups_conf, Section::global, assignment.key);
    if (row == nullptr) {
        if (find_row(File::ups_conf, Section::device, assignment.key) != nullptr)
            return report(Severity::warning, assignment.place,
                          assignment.key + " has no effect outside of a section",
                          "write it below [name]");
        return report_unknown(File::ups_conf, Section::global, line.words[0], assignment.place,
                              loaded_.problems);
    }
    std::optional<std::string_view> value;
    if (assignment.value) value = *assignment.value;
    if (!value && row->type == Type::flag) value = "yes";
    if (!value) return report_no_value(*row, assignment.place, loaded_.problems);
    if (const auto checked = check_value(*row, *value, assignment.value_place, loaded_.problems))
        apply_global(loaded_.value, *row, *checked);
}

void Collector::take(const Line& line) {
    const Header header = read_header(line, loaded_.problems);
    switch (header.kind) {
    case HeaderKind::good:
        return open_section(header.name, line.places[0]);
    case HeaderKind::broken:
        where_ = Where::nowhere;
        return;
    case HeaderKind::none:
        break;
    }
    if (where_ == Where::nowhere) return;
    auto assignment = read_assignment(line);
    if (!assignment) return;
    if (where_ == Where::global) return take_global(line, *assignment);
    sections_[current_].assignments.push_back(std::move(*assignment));
}

void Collector::read(std::string_view text, const std::string& file) {
    where_ = Where::global;
    LineReader reader(text, file, loaded_.problems);
    while (const Line* line = reader.next())
        take(*line);
}

bool Collector::is_usable(const UpsSection& ups) {
    for (const auto& [key, value] :
         {std::pair("driver", &ups.driver), std::pair("port", &ups.port)}) {
        if (!value->empty()) continue;
        report(Severity::warning, ups.place,
               "UPS [" + printable(ups.name, 60) + "] has no " + key + " and is left out");
        return false;
    }
    return true;
}

void Collector::finish() {
    for (const RawSection& raw : sections_) {
        UpsSection ups;
        // NOLINTNEXTLINE(cppcoreguidelines-slicing): what the file says for all devices, and no more of it
        static_cast<DeviceDefaults&>(ups) = loaded_.value;
        ups.name = raw.name;
        ups.place = raw.place;
        for (const Assignment& a : raw.assignments)
            apply_option(ups, a.key,
                         a.value ? std::optional<std::string_view>(*a.value) : std::nullopt,
                         a.value ? a.value_place : a.place, loaded_.problems);
        if (is_usable(ups)) loaded_.value.ups.push_back(std::move(ups));
    }
}

void read_drop_ins(FileSource& files, const std::string& folder, Collector& collector,
                   Loaded<UpsConf>& loaded) {
    const std::string below = join_path(folder, "ups.conf.d");
    const auto names = files.list(below);
    if (!names) {
        if (names.error().code != ErrorCode::not_found)
            loaded.problems.push_back({Severity::error, {below}, names.error().text, ""});
        return;
    }
    for (const std::string& name : *names) {
        if (!name.ends_with(".conf") || name.starts_with('.')) continue;
        const std::string path = join_path(below, name);
        if (const auto file = files.read(path)) {
            loaded.files.push_back({path, file->mode});
            collector.read(file->text, path);
        } else {
            loaded.problems.push_back({Severity::error, {path}, file.error().text, ""});
        }
    }
}

auto tie_defaults(const DeviceDefaults& d) {
    return std::tie(d.max_start_delay, d.max_retry, d.retry_delay, d.nowait, d.poll_interval,
                    d.synchronous, d.user, d.group, d.debug_min, d.libusb_debug,
                    d.reconnect_max_tries, d.reconnect_report_freq);
}
auto tie_section(const UpsSection& u) {
    return std::tie(u.name, u.driver, u.port, u.desc, u.sd_order, u.sd_commands, u.allow_killpower,
                    u.nolock, u.ignore_lb);
}
bool same_options(const std::vector<DriverOption>& a, const std::vector<DriverOption>& b) {
    return std::ranges::equal(a, b, [](const DriverOption& x, const DriverOption& y) {
        return x.key == y.key && x.value == y.value;
    });
}

}  // namespace

const UpsSection* UpsConf::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(ups, name, &UpsSection::name);
    return found == ups.end() ? nullptr : &*found;
}

Loaded<UpsConf> parse_ups_conf(std::string_view text, const std::string& file) {
    Loaded<UpsConf> loaded;
    Collector collector(loaded);
    collector.read(text, file);
    collector.finish();
    return loaded;
}

Result<Loaded<UpsConf>> load_ups_conf(FileSource& files, const std::string& folder) {
    const std::string path = join_path(folder, "ups.conf");
    UPS_TRY(const FileText file, files.read(path));
    Loaded<UpsConf> loaded;
    loaded.files.push_back({path, file.mode});
    Collector collector(loaded);
    collector.read(file.text, path);
    read_drop_ins(files, folder, collector, loaded);
    collector.finish();
    return loaded;
}

bool same_settings(const UpsSection& a, const UpsSection& b) {
    return tie_defaults(a) == tie_defaults(b) && tie_section(a) == tie_section(b) &&
           same_options(a.defaults, b.defaults) && same_options(a.overrides, b.overrides) &&
           same_options(a.driver_options, b.driver_options);
}

std::string driver_socket_path(std::string_view state_path, const UpsSection& ups) {
    return join_path(state_path, ups.driver + "-" + ups.name);
}

std::string driver_pid_path(std::string_view pid_path, const UpsSection& ups) {
    return join_path(pid_path, ups.driver + "-" + ups.name + ".pid");
}

}  // namespace ups::conf
