// SPDX-License-Identifier: Apache-2.0
// Table: the keys of upsd.users.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

constexpr auto U = Section::user;

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {.section = U, .name = "password", .type = Type::text, .arguments = "WORD", .flags = kSecret | kRequired,
     .help = "Plain text, or a hash made by upspasswd. Quote it if it has blanks, = or #. A second one in the section is ignored."},
    {.section = U, .name = "actions", .type = Type::choice, .arguments = "SET FSD", .choices = "SET FSD", .flags = kRepeatable,
     .help = "What the user may do: SET changes variables, FSD orders a forced shutdown."},
    {.section = U, .name = "instcmds", .type = Type::words, .arguments = "COMMAND...|ALL", .flags = kRepeatable,
     .help = "Instant commands the user may start, or ALL."},
    {.section = U, .name = "upsmon", .type = Type::choice, .arguments = "primary|secondary", .choices = "primary secondary master slave",
     .help = "Rights for upsmon: secondary may log in, primary may order a forced shutdown too. master and slave are the older words."},
    {.section = U, .name = "upses", .type = Type::words, .arguments = "NAME...", .fallback = "all", .flags = kRepeatable | kOurs,
     .help = "UPSes that these rights are for. While reads are authenticated, LIST UPS shows the user no others."},
    {.section = U, .name = "allowfrom", .type = Type::obsolete, .help = "No longer used: use LISTEN and a packet filter."},
});
// clang-format on

}  // namespace

std::span<const Row> upsd_users_rows() { return kRows; }

}  // namespace ups::conf
