// SPDX-License-Identifier: Apache-2.0
/// The tables behind `rows()`, one source file each.
#pragma once

#include "conf/schema/row.hpp"

#include <span>

namespace ups::conf {

[[nodiscard]] std::span<const Row> ups_conf_rows();
[[nodiscard]] std::span<const Row> upsd_conf_rows();
[[nodiscard]] std::span<const Row> upsd_users_rows();
[[nodiscard]] std::span<const Row> nut_conf_rows();
[[nodiscard]] std::span<const Row> upsmon_conf_rows();
[[nodiscard]] std::span<const Row> upssched_conf_rows();

}  // namespace ups::conf
