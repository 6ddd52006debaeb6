// SPDX-License-Identifier: Apache-2.0
/// Which program drives a UPS, how it is called, and which running process it is.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "lib/base/pid_file.hpp"
#include "lib/base/result.hpp"
#include "tools/upsdrvctl/context.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace ups::upsdrvctl {

/// The name of our driver host's executable.
inline constexpr std::string_view kDriverHost = "upsdrv";

enum class Maker : std::uint8_t { ours, stock };

struct DriverProgram {
    std::string path;
    Maker maker = Maker::stock;
};

/// Finds the program for `driver =`: in `driverpath` if that is set; ours (a link, or the host if a plugin
/// has the name, as its own or as an alias); in the folders of stock packages. Fails with `not_found`;
/// the text names the driver.
[[nodiscard]] Result<DriverProgram> find_driver(const Context& context,
                                                const conf::UpsSection& ups);

enum class Purpose : std::uint8_t {
    start,      ///< run it
    supervise,  ///< run it in the foreground below us
    power_off,  ///< `-k`
    command,    ///< `-c`
};

/// The words of the call, the program's path first. `--return` and `--stayoff` reach our drivers only:
/// stock ones before 2.8.3 end with an error, status 0 and the power on when they are told sdcommands.
[[nodiscard]] std::vector<std::string> driver_call(const Context& context,
                                                   const DriverProgram& program,
                                                   const conf::UpsSection& ups, Purpose purpose);

/// The running driver of a UPS by its pid file. Never a stranger: see `find_owner` for failures.
[[nodiscard]] Result<ProcessHandle> find_running(const Context& context,
                                                 const conf::UpsSection& ups);

/// Whether `pid` may be the driver of `ups`, by the program it runs.
[[nodiscard]] bool may_drive(const Context& context, const conf::UpsSection& ups, pid_t pid);

/// Who made the program that a process runs.
[[nodiscard]] Maker maker_of(pid_t pid);

/// Whether somebody listens on the Unix socket at `path`. Asks the kernel, not the listener: stock
/// drivers before 2.8.3 never notice that a client is gone, and spin from then on.
[[nodiscard]] bool is_listening(const std::string& path);

/// The paths of all Unix sockets that are listened on.
[[nodiscard]] std::set<std::string> listening_sockets();

}  // namespace ups::upsdrvctl
