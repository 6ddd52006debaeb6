// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/login_throttle.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>

namespace ups::upsd {

std::string throttle_key(const SocketAddress& peer) {
    if (peer.local) return "local";
    in6_addr v6{};
    if (::inet_pton(AF_INET6, peer.host.c_str(), &v6) != 1) return peer.host;
    if (IN6_IS_ADDR_V4MAPPED(&v6) != 0) return peer.host.substr(peer.host.rfind(':') + 1);
    return std::string(reinterpret_cast<const char*>(v6.s6_addr), 8);
}

Duration LoginThrottle::delay_after(unsigned failures) const {
    if (failures < kFreeTries) return {};
    const unsigned doublings = std::min(failures - kFreeTries, 20U);
    return std::min(kFirstDelay * (1U << doublings), longest_);
}

LoginThrottle::Entry& LoginThrottle::touch(const std::string& key, Instant now) {
    while (!entries_.empty() && now - entries_.back().seen > kMemory) {
        index_.erase(entries_.back().key);
        entries_.pop_back();
    }
    if (const auto found = index_.find(key); found != index_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
    } else {
        if (entries_.size() >= kMaxAddresses) {
            index_.erase(entries_.back().key);
            entries_.pop_back();
        }
        entries_.push_front({key, 0, now, now});
        index_.emplace(key, entries_.begin());
    }
    entries_.front().seen = now;
    return entries_.front();
}

std::optional<LoginThrottle::Admission> LoginThrottle::admit(const SocketAddress& peer,
                                                             Instant now) {
    if (longest_ <= Duration::zero()) return Admission{};
    Entry& entry = touch(throttle_key(peer), now);
    const Duration delay = delay_after(entry.failures);
    const Instant start = std::max(now, entry.next) + delay;
    if (start - now > longest_ * kMaxWaiting) return std::nullopt;
    entry.next = start;
    return Admission{start - now, entry.failures++};
}

void LoginThrottle::succeeded(const SocketAddress& peer) {
    const auto found = index_.find(throttle_key(peer));
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
}

}  // namespace ups::upsd
