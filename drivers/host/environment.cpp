// SPDX-License-Identifier: Apache-2.0
#include "drivers/host/environment.hpp"

#include "lib/base/build_info.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace ups::host {
namespace {

std::string first_of(std::initializer_list<std::string_view> candidates) {
    for (const auto candidate : candidates)
        if (!candidate.empty()) return std::string(candidate);
    return {};
}

// A host under its own name drives what the section says; under a driver's name only that.
Result<void> settle_driver(const CommandLine& line, conf::UpsSection& section) {
    const bool own_name = line.program == "upsdrv" || line.program.empty();
    if (section.driver.empty()) {
        if (own_name) return fail(ErrorCode::invalid, "no driver is given: use -x driver=NAME");
        section.driver = line.program;
    }
    if (!own_name && section.driver != line.program)
        return fail(ErrorCode::invalid, "UPS [" + section.name +
                                            "] has driver = " + section.driver +
                                            ", and this program is " + line.program);
    return {};
}

/// A section may be there, but left out for what it lacks.
std::unexpected<Error> missing_section(const std::string& ups,
                                       const std::vector<conf::Problem>& problems) {
    const std::string start = "UPS [" + ups + "] ";
    for (const auto& problem : problems)
        if (problem.text.starts_with(start))
            return fail(ErrorCode::invalid, "Error: " + to_text(problem));
    return fail(ErrorCode::not_found, "Error: Section " + ups + " not found in ups.conf");
}

}  // namespace

std::string value_of(const EnvironmentVariables& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

Folders find_folders(const EnvironmentVariables& environment, const std::string& self,
                     const std::string& ups_state_path, const std::string& upsd_state_path) {
    Folders folders;
    const std::string state = value_of(environment, "NUT_STATEPATH");
    folders.conf = first_of({value_of(environment, "NUT_CONFPATH"), kConfPath});
    folders.state = first_of({state, ups_state_path, upsd_state_path, kStatePath});
    folders.pid = first_of({value_of(environment, "NUT_ALTPIDPATH"), state, kPidPath});
    const std::string beside = self.substr(0, self.rfind('/'));
    const std::string built_in(kPluginPath.substr(0, kPluginPath.rfind('/')));
    for (const std::string& base : {beside, built_in}) {
        if (base.empty()) continue;
        folders.plugins.push_back(base + "/plugins");
        folders.transports.push_back(base + "/transports");
    }
    return folders;
}

Result<conf::UpsSection> options_only(const CommandLine& line) {
    conf::UpsSection section;
    section.name = "probe";
    section.driver = line.target;
    std::vector<conf::Problem> problems;
    for (const auto& [key, value] : line.set)
        conf::apply_option(section, key, value, {"command line", 0, 0}, problems);
    for (const auto& problem : problems)
        if (problem.severity == conf::Severity::error)
            return fail(ErrorCode::invalid, problem.text);
    if (section.port.empty()) return fail(ErrorCode::invalid, "no port is given: use -x port=…");
    return section;
}

Result<ChosenUps> choose_ups(const CommandLine& line, conf::FileSource& files,
                             const std::string& conf_folder) {
    if (!line.ups)
        return fail(ErrorCode::invalid,
                    "Error: which UPS? Name one with -a NAME (a section of ups.conf) or -s NAME "
                    "(without ups.conf); -h lists the options");
    ChosenUps chosen;
    std::vector<conf::Problem> problems;
    if (line.without_file) {
        chosen.section.name = *line.ups;
    } else {
        UPS_TRY(auto loaded, conf::load_ups_conf(files, conf_folder));
        const auto* const found = loaded.value.find(*line.ups);
        if (found == nullptr) return missing_section(*line.ups, loaded.problems);
        chosen.section = *found;
        chosen.state_path = loaded.value.state_path;
        chosen.chroot = loaded.value.chroot;
        problems = std::move(loaded.problems);
    }
    const conf::Place place{"command line", 0, 0};
    for (const auto& [key, value] : line.set)
        conf::apply_option(chosen.section, key, value, place, problems);
    if (line.interval) chosen.section.poll_interval = std::chrono::seconds(*line.interval);
    if (!line.user.empty()) chosen.section.user = line.user;
    if (!line.group.empty()) chosen.section.group = line.group;
    if (!line.chroot.empty()) chosen.chroot = line.chroot;
    if (chosen.section.name.find('/') != std::string::npos)
        return fail(ErrorCode::invalid, "a UPS name must not contain '/'");
    for (const auto& problem : problems) {
        const bool ours = problem.place.file == place.file;
        if (ours && problem.severity == conf::Severity::error)
            return fail(ErrorCode::invalid, problem.text);
        if (problem.severity != conf::Severity::note) chosen.notes.push_back(to_text(problem));
    }
    UPS_CHECK(settle_driver(line, chosen.section));
    if (chosen.section.port.empty())
        return fail(ErrorCode::invalid, "no port is given: use -x port=…");
    return chosen;
}

}  // namespace ups::host
