// SPDX-License-Identifier: Apache-2.0
#include "lib/sandbox/call_lists.hpp"
#include "lib/sandbox/sandbox.hpp"

#include "lib/base/privileges.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <linux/netlink.h>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

namespace ups::sandbox {
namespace {

struct FilterFree {
    void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterFree>;

/// Collects the first failure, so that a list of rules reads as a list.
class Rules {
  public:
    explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

    void add(std::uint32_t action, const char* name,
             std::initializer_list<scmp_arg_cmp> when = {}) {
        const int call = ::seccomp_syscall_resolve_name(name);
        if (call == __NR_SCMP_ERROR) return;  // this machine does not have it
        const int done = ::seccomp_rule_add_array(filter_, action, call,
                                                  static_cast<unsigned>(when.size()), when.begin());
        // -EDOM: a call of another machine's table, which libseccomp cannot filter here.
        if (done < 0 && done != -EDOM && failure_ == 0) failure_ = -done;
    }
    void add_all(std::uint32_t action, std::span<const char* const> names) {
        for (const char* name : names)
            add(action, name);
    }
    [[nodiscard]] int failure() const noexcept { return failure_; }

  private:
    scmp_filter_ctx filter_;
    int failure_ = 0;
};

scmp_arg_cmp is(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_EQ, value, 0};
}
/// Requests, families and protocols, which the headers have as int.
scmp_arg_cmp is(unsigned argument, int value) {
    return is(argument, static_cast<std::uint64_t>(value));
}
scmp_arg_cmp has_all_of(unsigned argument, std::uint64_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}
scmp_arg_cmp has_none_of(unsigned argument, std::uint64_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

/// What the server may do with calls that matter by their arguments.
void add_strict_rules(Rules& rules) {
    for (const char* name : {"mmap", "mmap2", "mprotect"})
        rules.add(SCMP_ACT_ALLOW, name, {has_none_of(2, PROT_EXEC)});
    for (const int request : {TCGETS, FIONREAD, FIONBIO})
        rules.add(SCMP_ACT_ALLOW, "ioctl", {is(1, request)});
}

/// Threads, but no processes.
void add_thread_rules(Rules& rules) {
    rules.add(SCMP_ACT_ALLOW, "clone", {has_all_of(0, CLONE_THREAD)});
    // Its flags are in memory, where a filter cannot look: the C library falls back to clone.
    rules.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
}

/// What drivers may do beyond that: news of the kernel about devices and addresses.
void add_driver_rules(Rules& rules) {
    for (const int protocol : {NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT})
        rules.add(SCMP_ACT_ALLOW, "socket", {is(0, AF_NETLINK), is(2, protocol)});
}

/// The same for every profile.
void add_shared_rules(Rules& rules) {
    for (const int family : {AF_UNIX, AF_INET, AF_INET6})
        rules.add(SCMP_ACT_ALLOW, "socket", {is(0, family)});
    const auto self = static_cast<std::uint64_t>(::getpid());
    // abort() signals its own thread.
    for (const char* name : {"kill", "tgkill"})
        rules.add(SCMP_ACT_ALLOW, name, {is(0, self)});
    // Reading a limit, not setting one.
    rules.add(SCMP_ACT_ALLOW, "prlimit64", {is(2, 0)});
}

Layer no_filter(const std::string& why) {
    return {false, "seccomp off: " + why};
}

}  // namespace

Layer restrict_calls(Profile profile) {
    if (is_sanitized_build()) return no_filter("this is a sanitizer build");
    if (auto set = set_no_new_privileges(); !set) return no_filter(set.error().text);
    const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    if (filter == nullptr) return no_filter("not supported");
    // On all threads at once; without the slow-down of speculative store bypass mitigation, which is for
    // processes that run foreign code; as a tree instead of a list.
    ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1);
    ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    Rules rules(filter.get());
    rules.add_all(SCMP_ACT_ALLOW, common_calls());
    rules.add_all(SCMP_ACT_KILL_PROCESS, deadly_calls());
    add_shared_rules(rules);
    switch (profile) {
    case Profile::upsd:
        add_strict_rules(rules);
        break;
    case Profile::proxy:
        add_strict_rules(rules);
        add_thread_rules(rules);
        rules.add(SCMP_ACT_ALLOW, "socket", {is(0, AF_NETLINK), is(2, NETLINK_ROUTE)});
        break;
    case Profile::driver:
        add_thread_rules(rules);
        rules.add_all(SCMP_ACT_ALLOW, driver_calls());
        add_driver_rules(rules);
        break;
    }
    if (rules.failure() != 0) return no_filter(std::strerror(rules.failure()));
    if (const int loaded = ::seccomp_load(filter.get()); loaded < 0)
        return no_filter(std::strerror(-loaded));
    return {true, "seccomp on"};
}

}  // namespace ups::sandbox
