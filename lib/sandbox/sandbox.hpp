// SPDX-License-Identifier: Apache-2.0
/// Confinement of a running process: which files it can reach (Landlock) and which system calls it can make
/// (seccomp). Both only ever get tighter, and hold for everything the process starts afterwards.
///
/// Order: drop privileges, `restrict_files`, start threads, `restrict_calls`. Landlock holds for the calling
/// thread and those it starts later; the call filter is put on all threads at once, and forbids new ones.
///
/// What is not allowed fails with EACCES (files) or EPERM (calls): a library that tries something harmless is
/// not worth a missed shutdown. Calls that only an intruder would make end the process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ups::sandbox {

/// What kind of process this is.
enum class Profile : std::uint8_t {
    /// Sockets of the Unix, IPv4 and IPv6 families; files; no new threads, no executable memory. No TCP
    /// connections to others, no signals to others.
    upsd,
    /// As upsd, and outgoing connections: look-ups of names (the C library's threads, but no processes;
    /// netlink for the addresses of this host) and TCP.
    proxy,
    /// For processes that run a plugin: also threads (but no processes), any ioctl, netlink (news of devices
    /// and addresses), executable memory (libraries loaded on demand), outgoing connections.
    driver,
};

enum class Access : std::uint8_t {
    read,        ///< read files and list folders
    read_write,  ///< also create, write and remove files and sockets
    device,      ///< read, write and ioctl, but create nothing
};

struct FileRule {
    std::string
        path;  ///< a file, or a folder with everything below it; skipped if it does not exist
    Access access = Access::read;
};

/// One part of the confinement, for the start-up log.
struct Layer {
    bool on = false;
    std::string detail;  ///< "landlock ABI 4", or "landlock off: not supported by this kernel"
};

/// From now on only the files in `rules` can be opened, created or removed. Descriptors that are open stay
/// usable. Sets no_new_privs. Off (with the reason) where the kernel has no Landlock.
[[nodiscard]] Layer restrict_files(Profile profile, const std::vector<FileRule>& rules);

/// From now on only the system calls of the profile can be made. Sets no_new_privs. Off (with the reason)
/// where the kernel has no seccomp filters.
[[nodiscard]] Layer restrict_calls(Profile profile);

/// Both layers in one line: "seccomp on, landlock ABI 4".
[[nodiscard]] std::string describe(const Layer& calls, const Layer& files);

/// The rule(s) that keep `path` readable when it is replaced later: its folder, and where links lead now,
/// the folder of the target. For certificate and configuration files.
void add_replaceable(std::vector<FileRule>& rules, const std::string& path);

/// True in builds whose sanitizers need what the sandbox forbids: both layers then stay off and say so.
[[nodiscard]] bool is_sanitized_build() noexcept;

}  // namespace ups::sandbox
