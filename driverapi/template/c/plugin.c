/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest complete plugin in C: nothing but upsdrv.h.
 *
 *     cc -shared -fPIC -fvisibility=hidden -I<include>/ridethrough -o minimal.so plugin.c
 *     upsdrv --check ./minimal.so
 *
 * The device answers "Q" CR with its charge in percent and CR.
 */
#include "upsdrv.h"

#include <stdlib.h>
#include <string.h>

/* Everything an instance knows. No static variables: two instances must never meet. */
struct minimal {
    const upsdrv_host *host;
};

static upsdrv_str str(const char *text) {
    upsdrv_str made = {text, (uint32_t)strlen(text), 0};
    return made;
}

static int32_t minimal_create(const upsdrv_host *host, void **self) {
    struct minimal *made = calloc(1, sizeof *made);
    if (made == NULL) return UPSDRV_E_FAILED;
    made->host = host;
    *self = made;
    return UPSDRV_OK;
}

static void minimal_destroy(void *self) { free(self); }

/* Asks and reads one line of at most `capacity` - 1 bytes, without its CR. */
static int32_t ask(const upsdrv_host *host, const char *request, char *line, uint32_t capacity,
                   int64_t deadline_ms) {
    uint32_t used = 0;
    int32_t code = host->link_send(host->ctx, str(request), deadline_ms);
    while (code >= UPSDRV_OK && used + 1 < capacity) {
        code = host->link_receive(host->ctx, line + used, 1, deadline_ms);
        if (code < 0) return code;
        if (line[used] == '\r') {
            line[used] = '\0';
            return UPSDRV_OK;
        }
        ++used;
    }
    return code < 0 ? code : UPSDRV_E_FAILED;
}

static int32_t minimal_poll(void *self, uint32_t groups, int64_t deadline_ms) {
    const upsdrv_host *host = ((struct minimal *)self)->host;
    char line[8];
    int32_t code = ask(host, "Q\r", line, sizeof line, deadline_ms);
    (void)groups;
    if (code != UPSDRV_OK) return code;
    if (line[0] == '\0' || strspn(line, "0123456789") != strlen(line)) return UPSDRV_E_FAILED;
    host->set_var(host->ctx, str("battery.charge"), str(line));
    host->set_status(host->ctx, str(atoi(line) < 20 ? "OL LB" : "OL"));
    return UPSDRV_OK;
}

static int32_t minimal_open(void *self, int64_t deadline_ms) {
    const upsdrv_host *host = ((struct minimal *)self)->host;
    host->set_var(host->ctx, str("ups.mfr"), str("Minimal"));
    return minimal_poll(self, UPSDRV_POLL_FAST, deadline_ms);
}

static void minimal_close(void *self) { (void)self; }

extern const upsdrv_plugin upsdrv_plugin_v1;
UPSDRV_EXPORT const upsdrv_plugin upsdrv_plugin_v1 = {
    .struct_size = sizeof(upsdrv_plugin),
    .abi_major = UPSDRV_ABI_MAJOR,
    .abi_minor = UPSDRV_ABI_MINOR,
    .name = "minimal",
    .version = "0.1",
    .description = "The smallest plugin in C",
    .links = UPSDRV_LINK_BIT(UPSDRV_LINK_TCP),
    .create = minimal_create,
    .destroy = minimal_destroy,
    .open = minimal_open,
    .poll = minimal_poll,
    .close = minimal_close,
};
