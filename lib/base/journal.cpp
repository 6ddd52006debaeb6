// SPDX-License-Identifier: Apache-2.0
#include "lib/base/journal.hpp"

#include "lib/base/fd.hpp"
#include "lib/base/text.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace ups {

std::string to_journal_entry(std::span<const JournalField> fields) {
    std::string entry;
    for (const auto& [name, value] : fields) {
        entry += name;
        if (value.find('\n') == value.npos) {
            entry += '=';
        } else {
            entry += '\n';
            for (unsigned shift = 0; shift < 64; shift += 8)
                entry += static_cast<char>((std::uint64_t{value.size()} >> shift) & 0xFF);
        }
        entry += value;
        entry += '\n';
    }
    return entry;
}

Result<void> send_to_journal(const std::string& path, std::span<const JournalField> fields) {
    sockaddr_un peer{};
    peer.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof peer.sun_path)
        return fail(ErrorCode::invalid, "no path of a socket: " + printable(path));
    std::memcpy(peer.sun_path, path.data(), path.size());
    const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return fail_errno("journal", errno);
    const std::string entry = to_journal_entry(fields);
    if (::sendto(socket.get(), entry.data(), entry.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&peer), sizeof peer) < 0)
        return fail_errno("journal " + path, errno);
    return {};
}

}  // namespace ups
