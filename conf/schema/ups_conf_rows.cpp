// SPDX-License-Identifier: Apache-2.0
// Table: the directives of ups.conf.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

constexpr auto G = Section::global;
constexpr auto D = Section::device;
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kMany = 1'000'000;

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {.section = G, .name = "chroot", .type = Type::path, .arguments = "DIR",
     .help = "Folder that drivers make their root after they have opened the device."},
    {.section = G, .name = "driverpath", .type = Type::path, .arguments = "DIR", .fallback = "built in",
     .help = "Where the driver programs are."},
    {.section = G, .name = "statepath", .type = Type::path, .arguments = "DIR", .fallback = "built in", .since = "2.8.3",
     .flags = kAnyCase,
     .help = "Where drivers put their sockets. Stronger than STATEPATH of upsd.conf, weaker than the environment variable NUT_STATEPATH."},
    {.section = G, .name = "maxstartdelay", .type = Type::seconds, .arguments = "SECONDS", .fallback = "75", .least = 1, .most = kDay,
     .help = "How long upsdrvctl waits for one driver to be ready."},
    {.section = G, .name = "maxretry", .type = Type::integer, .arguments = "N", .fallback = "1", .least = 1, .most = 1000,
     .help = "How often upsdrvctl tries to start a driver before it gives up."},
    {.section = G, .name = "retrydelay", .type = Type::seconds, .arguments = "SECONDS", .fallback = "5", .least = 0, .most = kDay,
     .help = "Pause between two attempts to start a driver."},
    {.section = G, .name = "nowait", .type = Type::flag, .since = "2.8.0",
     .help = "Do not wait for drivers to be ready. The environment variable NUT_IGNORE_NOWAIT makes upsdrvctl wait all the same."},
    {.section = G, .name = "pollinterval", .type = Type::seconds, .arguments = "SECONDS", .fallback = "2", .least = 1, .most = kDay,
     .help = "How often drivers ask their device for the values that change fast."},
    {.section = G, .name = "synchronous", .type = Type::choice, .arguments = "yes|no|auto", .fallback = "auto", .choices = "yes no auto",
     .help = "What a stock driver does with a server that is slow to take its output: drop it (no), wait for it (yes), or wait after the first time (auto). Our drivers queue for each client and never block."},
    {.section = G, .name = "user", .type = Type::text, .arguments = "NAME", .fallback = "set when built",
     .help = "Account that drivers run as when they are started by root."},
    {.section = G, .name = "group", .type = Type::text, .arguments = "NAME", .fallback = "set when built", .since = "2.8.0",
     .help = "Group of the driver sockets."},
    {.section = G, .name = "debug_min", .type = Type::integer, .arguments = "N", .fallback = "0", .least = 0, .most = 10, .since = "2.8.0",
     .help = "Debug level that drivers have at least."},
    {.section = G, .name = "LIBUSB_DEBUG", .type = Type::integer, .arguments = "N", .fallback = "0", .least = 0, .most = 4, .since = "2.8.3",
     .help = "How much libusb tells, 0 to 4."},
    {.section = G, .name = "reconnect_max_tries", .type = Type::integer, .arguments = "N", .fallback = "-1", .least = -1, .most = kMany, .since = "2.8.6",
     .help = "After how many failed attempts to find its lost device a driver ends; -1 is never."},
    {.section = G, .name = "reconnect_report_freq", .type = Type::integer, .arguments = "N", .fallback = "-1", .least = -1, .most = kMany, .since = "2.8.6",
     .help = "Log every Nth failed attempt to find a lost device; -1 logs state changes only."},

    {.section = D, .name = "driver", .type = Type::text, .arguments = "NAME", .flags = kRequired,
     .help = "Program that drives the UPS: a plugin of this product, or a stock NUT driver where that is installed. It is part of the name of the socket."},
    {.section = D, .name = "port", .type = Type::text, .arguments = "PORT", .flags = kRequired,
     .help = "Where the device is: a serial port, a host, a file, or auto."},
    {.section = D, .name = "desc", .type = Type::text, .arguments = "TEXT",
     .help = "Description for people; clients show it."},
    {.section = D, .name = "sdorder", .type = Type::integer, .arguments = "N", .fallback = "0", .least = -1, .most = 10000,
     .help = "Round in which upsdrvctl shutdown powers this UPS off, lowest first; each round ends before the next begins. -1 leaves it out."},
    {.section = D, .name = "sdcommands", .type = Type::text, .arguments = "CMD[,CMD...]", .since = "2.8.3",
     .help = "Instant commands tried one after another for powering off, in place of the driver's own way."},
    {.section = D, .name = "allow_killpower", .type = Type::boolean, .arguments = "yes|no", .fallback = "no", .since = "2.8.1",
     .help = "Let clients use the command driver.killpower."},
    {.section = D, .name = "maxstartdelay", .type = Type::seconds, .arguments = "SECONDS", .fallback = "global value", .least = 1, .most = kDay,
     .help = "How long upsdrvctl waits for this driver to be ready."},
    {.section = D, .name = "maxretry", .type = Type::integer, .arguments = "N", .fallback = "global value", .least = 1, .most = 1000,
     .help = "How often upsdrvctl tries to start this driver before it gives up."},
    {.section = D, .name = "retrydelay", .type = Type::seconds, .arguments = "SECONDS", .fallback = "global value", .least = 0, .most = kDay,
     .help = "Pause between two attempts to start this driver."},
    {.section = D, .name = "nowait", .type = Type::flag, .since = "2.8.0", .flags = kOurs,
     .help = "Do not wait for this driver to be ready."},
    {.section = D, .name = "pollinterval", .type = Type::seconds, .arguments = "SECONDS", .fallback = "global value", .least = 1, .most = kDay,
     .help = "How often the driver asks the device for the values that change fast."},
    {.section = D, .name = "synchronous", .type = Type::choice, .arguments = "yes|no|auto", .fallback = "global value", .choices = "yes no auto",
     .help = "As the global option, for this driver."},
    {.section = D, .name = "user", .type = Type::text, .arguments = "NAME", .fallback = "global value",
     .help = "Account this driver runs as."},
    {.section = D, .name = "group", .type = Type::text, .arguments = "NAME", .fallback = "global value", .since = "2.8.0",
     .help = "Group of this driver's socket."},
    {.section = D, .name = "debug_min", .type = Type::integer, .arguments = "N", .fallback = "global value", .least = 0, .most = 10, .since = "2.8.0",
     .help = "Debug level this driver has at least."},
    {.section = D, .name = "LIBUSB_DEBUG", .type = Type::integer, .arguments = "N", .fallback = "global value", .least = 0, .most = 4, .since = "2.8.3",
     .help = "How much libusb tells, 0 to 4."},
    {.section = D, .name = "reconnect_max_tries", .type = Type::integer, .arguments = "N", .fallback = "global value", .least = -1, .most = kMany, .since = "2.8.6",
     .help = "As the global option, for this driver."},
    {.section = D, .name = "reconnect_report_freq", .type = Type::integer, .arguments = "N", .fallback = "global value", .least = -1, .most = kMany, .since = "2.8.6",
     .help = "As the global option, for this driver."},
    {.section = D, .name = "nolock", .type = Type::flag,
     .help = "Do not lock the serial port."},
    {.section = D, .name = "ignorelb", .type = Type::flag,
     .help = "Ignore the device's own low-battery signal; battery.charge.low and battery.runtime.low decide."},
    {.section = D, .name = "default.", .type = Type::text, .arguments = "VALUE", .flags = kPrefix,
     .help = "First value of the variable that follows; the device may replace it."},
    {.section = D, .name = "override.", .type = Type::text, .arguments = "VALUE", .flags = kPrefix,
     .help = "Fixed value of the variable that follows; the device cannot replace it."},
    {.section = D, .name = "sddelay", .type = Type::obsolete,
     .help = "No longer used. Set the delay with offdelay, or give it to the driver."},
});
// clang-format on

}  // namespace

std::span<const Row> ups_conf_rows() { return kRows; }

}  // namespace ups::conf
