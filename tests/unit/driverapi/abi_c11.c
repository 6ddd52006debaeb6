/* SPDX-License-Identifier: Apache-2.0 */
/* upsdrv.h as a C11 compiler sees it: its offsets, for the comparison with C++. */
#include "upsdrv.h"

#include <stddef.h>

#define OFFSETS(type, first, last) sizeof(type), offsetof(type, first), offsetof(type, last)

const size_t abi_c11[] = {
    OFFSETS(upsdrv_str, data, reserved),        OFFSETS(upsdrv_option, type, max),
    OFFSETS(upsdrv_host, now_ms, use_link),     OFFSETS(upsdrv_host, set_var, link_send),
    OFFSETS(upsdrv_plugin, abi_major, close),   OFFSETS(upsdrv_plugin, links, create),
};
const size_t abi_c11_count = sizeof abi_c11 / sizeof abi_c11[0];
