/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upsdrv.h: the contract between the driver host (`upsdrv`) and a driver plugin. C11 and C++.
 *
 * A plugin is a shared object that exports one constant symbol:
 *
 *     UPSDRV_EXPORT const upsdrv_plugin upsdrv_plugin_v1 = { sizeof(upsdrv_plugin), ... };
 *
 * The host calls it from one thread, one call at a time; every call may block until the deadline it
 * was given. The plugin sees no sockets, event loops, threads or signals. It reaches the world only
 * through `upsdrv_host`: the link to its device, published variables, options, time, the log.
 *
 * Life of an instance:
 *
 *     create -> probe? -> open -> poll* (set | command | shutdown)* -> close -> open ... -> destroy
 *
 * Rules
 *   - Strings are UTF-8, pointer and length, not NUL-terminated. What is passed in is valid during the
 *     call only, and whoever allocates frees.
 *   - Every structure starts with its own size and grows at its end only: look at `struct_size` before
 *     touching a field that is newer than minor version 0.
 *   - No exception and no longjmp leaves a callback. No mutable static data: two instances in one
 *     process never meet. No threads, no signal handlers, no writing to stdout or stderr.
 *   - Times are milliseconds on the host's monotonic clock. A deadline is absolute. A callback returns
 *     by its deadline; one that does not is reported as stale at once, and the device as frozen.
 *   - Absent is not zero: what the device does not tell is not published.
 *
 * Versions: the major version is in the symbol's name, the minor one in the descriptor. The host runs
 * plugins of its own major version and of any minor one.
 */
#ifndef UPSDRV_H
#define UPSDRV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UPSDRV_ABI_MAJOR 1u
#define UPSDRV_ABI_MINOR 0u
/* The symbol that a plugin exports. */
#define UPSDRV_SYMBOL "upsdrv_plugin_v1"

#if defined(__GNUC__)
#define UPSDRV_EXPORT __attribute__((visibility("default")))
#else
#define UPSDRV_EXPORT
#endif
#ifdef __cplusplus
#define UPSDRV_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define UPSDRV_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* Text or bytes: `size` bytes at `data`. `data` may be null if `size` is 0. */
typedef struct upsdrv_str {
    const char *data;
    uint32_t size;
    uint32_t reserved; /* 0 */
} upsdrv_str;

/* ---- results -------------------------------------------------------------------------------------- */

/* What a callback or a host service returns. Values >= 0 of link and file services are byte counts. */
#define UPSDRV_OK 0
#define UPSDRV_E_UNKNOWN (-1)     /* no such variable, command, option, file */
#define UPSDRV_E_INVALID (-2)     /* bad value or argument */
#define UPSDRV_E_FAILED (-3)      /* the device refused, or answered with garbage */
#define UPSDRV_E_TIMEOUT (-4)     /* the device did not answer in time; data becomes stale */
#define UPSDRV_E_LOST (-5)        /* the link is gone: the host closes and reopens with back-off */
#define UPSDRV_E_FATAL (-6)       /* no use in trying again (wrong model, bad option): the driver ends */
#define UPSDRV_E_CONVERSION (-7)  /* the value could not be converted for the device */
#define UPSDRV_E_UNSUPPORTED (-8) /* this host or link cannot do that */
#define UPSDRV_E_STOPPING (-9)    /* the host wants to stop: return as soon as you can */
#define UPSDRV_E_LIMIT (-10)      /* a limit of the host (names, values, counts) was exceeded */

/* ---- options -------------------------------------------------------------------------------------- */

#define UPSDRV_OPT_FLAG 0u     /* present or absent: no value */
#define UPSDRV_OPT_STRING 1u   /* any text */
#define UPSDRV_OPT_INTEGER 2u  /* decimal, between min and max */
#define UPSDRV_OPT_DECIMAL 3u  /* decimal with point, between min and max */
#define UPSDRV_OPT_SECONDS 4u  /* decimal with point, seconds, between min and max */
#define UPSDRV_OPT_CHOICE 5u   /* one of `choices` */
#define UPSDRV_OPT_BOOLEAN 6u  /* true/false, yes/no, on/off, 1/0 */
#define UPSDRV_OPT_PREFIX 7u   /* any name that starts with `name` (say "load."), any text */

#define UPSDRV_OPT_SECRET 1u     /* flag: never shown, logged or published */
#define UPSDRV_OPT_RELOADABLE 2u /* flag: may change while running, see `reconfigure` */
#define UPSDRV_OPT_REQUIRED 4u   /* flag: refused when missing */

/* One key of a section of ups.conf that this plugin understands. The host checks values against it
 * before `create`; from it come `upsdrv --describe`, `-L` and the manual page. */
typedef struct upsdrv_option {
    uint32_t struct_size;
    uint32_t type;  /* UPSDRV_OPT_... type */
    uint32_t flags; /* UPSDRV_OPT_... flags */
    uint32_t reserved;
    const char *name;     /* NUL-terminated, as all strings of the descriptor */
    const char *fallback; /* value when absent, or null: then `option` reports it absent */
    const char *choices;  /* for CHOICE: words separated by '|' */
    const char *help;     /* one line */
    double min;
    double max;
} upsdrv_option;

/* ---- links ---------------------------------------------------------------------------------------- */

/* What the host opens and lends for the `port` of the configuration. */
#define UPSDRV_LINK_NONE 0u   /* nothing: the plugin needs no device, or brings its own library */
#define UPSDRV_LINK_TCP 1u    /* byte stream to host:port */
#define UPSDRV_LINK_SERIAL 2u /* byte stream to a tty */
#define UPSDRV_LINK_HID 3u    /* USB HID reports */
#define UPSDRV_LINK_MODBUS 4u /* Modbus registers */
#define UPSDRV_LINK_SNMP 5u   /* SNMP objects */

/* A bit mask of links, for `upsdrv_plugin.links`. */
#define UPSDRV_LINK_BIT(link) (1u << (link))

/* Operations of `link_control`. */
#define UPSDRV_LINK_OP_FLUSH 1u     /* throw away what the device sent so far; `arg` empty */
#define UPSDRV_LINK_OP_START_TLS 2u /* TCP: start TLS now; `arg` = name to verify, empty = do not verify */

/* ---- publishing ----------------------------------------------------------------------------------- */

#define UPSDRV_VAR_RW 1u     /* clients may set it: the plugin's `set` is called */
#define UPSDRV_VAR_STRING 2u /* text; `max_length` of `var_flags` bounds it */
#define UPSDRV_VAR_NUMBER 4u

#define UPSDRV_LOG_ERROR 0u
#define UPSDRV_LOG_WARNING 1u
#define UPSDRV_LOG_INFO 2u
#define UPSDRV_LOG_DEBUG 3u

/* ---- the host, as the plugin sees it ---------------------------------------------------------------- */

/* `ctx` of each call is `upsdrv_host.ctx`. Services may be called only from inside a callback of the
 * plugin, on the thread that runs it. */
typedef struct upsdrv_host {
    uint32_t struct_size;
    uint32_t abi_minor;
    void *ctx;

    /* -- time -- */
    /* Milliseconds of a monotonic clock. */
    int64_t (*now_ms)(void *ctx);
    /* Milliseconds since 1970-01-01 UTC; for values that are dates, never for decisions. */
    int64_t (*wall_ms)(void *ctx);
    /* Sleeps until `when_ms`. UPSDRV_OK, or UPSDRV_E_STOPPING at once when the host wants to stop. */
    int32_t (*sleep_until)(void *ctx, int64_t when_ms);
    /* Asks for the next `poll` at `when_ms` if that is before the regular one. Forgotten after it. */
    void (*poll_at)(void *ctx, int64_t when_ms);

    /* -- log -- */
    /* One line; level UPSDRV_LOG_...; the host limits the rate and escapes the text. */
    void (*log)(void *ctx, uint32_t level, upsdrv_str text);

    /* -- configuration -- */
    /* The checked value of an option, or its fallback. UPSDRV_OK, or UPSDRV_E_UNKNOWN if absent (a flag:
     * not given). `value` is valid until the instance is destroyed or reconfigured. */
    int32_t (*option)(void *ctx, const char *name, upsdrv_str *value);
    /* The options of the configuration, one by one from index 0, in the order of the file.
     * UPSDRV_E_UNKNOWN behind the last one. For UPSDRV_OPT_PREFIX. */
    int32_t (*option_at)(void *ctx, uint32_t index, upsdrv_str *name, upsdrv_str *value);
    /* Name of the UPS (section of ups.conf) and its `port`. Valid until destroyed. */
    upsdrv_str (*ups_name)(void *ctx);
    upsdrv_str (*port)(void *ctx);

    /* -- variables and commands --
     * All take effect together when the callback returns: clients never see half of a poll. Names are
     * those of the NUT variable list. Errors: UPSDRV_E_INVALID (bad name), UPSDRV_E_LIMIT. */
    int32_t (*set_var)(void *ctx, upsdrv_str name, upsdrv_str value);
    int32_t (*del_var)(void *ctx, upsdrv_str name);
    /* `flags`: UPSDRV_VAR_...; `max_length`: for STRING, 0 = none. The variable must exist. */
    int32_t (*var_flags)(void *ctx, upsdrv_str name, uint32_t flags, uint32_t max_length);
    int32_t (*add_enum)(void *ctx, upsdrv_str name, upsdrv_str value);
    int32_t (*del_enum)(void *ctx, upsdrv_str name, upsdrv_str value);
    int32_t (*add_range)(void *ctx, upsdrv_str name, upsdrv_str min, upsdrv_str max);
    int32_t (*del_range)(void *ctx, upsdrv_str name, upsdrv_str min, upsdrv_str max);
    int32_t (*add_command)(void *ctx, upsdrv_str name);
    int32_t (*del_command)(void *ctx, upsdrv_str name);
    /* The present value; UPSDRV_E_UNKNOWN if there is none. Valid until the next call of the host. */
    int32_t (*get_var)(void *ctx, upsdrv_str name, upsdrv_str *value);
    /* Status words of this reading, blank-separated ("OL CHRG"). The host composes `ups.status` from
     * them: ALARM first while an alarm is set, LB replaced when `ignorelb` is configured, no word
     * twice. A plugin that replays somebody else's `ups.status` uses set_var instead. */
    int32_t (*set_status)(void *ctx, upsdrv_str words);
    /* Text of the active alarms; empty = none (`ups.alarm` is then absent). */
    int32_t (*set_alarm)(void *ctx, upsdrv_str text);
    /* Starts the data over: everything published by this instance is withdrawn, unless published again
     * before the callback returns. */
    void (*clear)(void *ctx);

    /* -- link -- open while between a successful `open` and `close`; `deadline_ms` absolute. */
    /* Sends all of `bytes`. UPSDRV_OK, UPSDRV_E_TIMEOUT, UPSDRV_E_LOST, UPSDRV_E_STOPPING. */
    int32_t (*link_send)(void *ctx, upsdrv_str bytes, int64_t deadline_ms);
    /* Waits for at least one byte. Count >= 1, UPSDRV_E_TIMEOUT, UPSDRV_E_LOST, UPSDRV_E_STOPPING. */
    int32_t (*link_receive)(void *ctx, void *buffer, uint32_t capacity, int64_t deadline_ms);
    int32_t (*link_control)(void *ctx, uint32_t operation, upsdrv_str argument, int64_t deadline_ms);

    /* -- files -- of the configuration directory (relative names) or anywhere the host may read. */
    /* Up to `capacity` bytes from `offset`. Count (0 = end), UPSDRV_E_UNKNOWN if there is no such file,
     * UPSDRV_E_FAILED if it cannot be read. */
    int32_t (*file_read)(void *ctx, upsdrv_str name, uint64_t offset, void *buffer, uint32_t capacity);
    /* A number that changes when the file changes (time, size, identity). UPSDRV_E_UNKNOWN: no file. */
    int32_t (*file_stamp)(void *ctx, upsdrv_str name, uint64_t *stamp);

    /* -- which link -- in `create` only. What to open before `open`, for a plugin that offers several
     * links or whose `port` is not itself the address. `link`: UPSDRV_LINK_..., one of the descriptor's;
     * `address`: as a `port` of that link would be written (TCP: "host:port"). Without this call the host
     * takes the only link of the descriptor, or NONE if that is among them, or what `port` looks like,
     * and `port` as the address. UPSDRV_E_INVALID: not a link of the descriptor. */
    int32_t (*use_link)(void *ctx, uint32_t link, upsdrv_str address);
} upsdrv_host;

/* ---- the plugin ------------------------------------------------------------------------------------- */

typedef struct upsdrv_plugin {
    uint32_t struct_size;
    uint16_t abi_major; /* UPSDRV_ABI_MAJOR */
    uint16_t abi_minor; /* UPSDRV_ABI_MINOR of the header it was built with */
    const char *name;        /* as in `driver = NAME`, for instance "dummy" */
    const char *version;     /* of the plugin */
    const char *description; /* one line */
    const char *aliases;     /* stock driver names it also answers to, '|' between, or null */
    const upsdrv_option *options;
    uint32_t option_count;
    uint32_t links; /* UPSDRV_LINK_BIT of each link it can use; see `use_link` for which one it gets */

    /* Makes an instance; `host` lives until `destroy`. Reads options; does not touch the device.
     * UPSDRV_OK and `*self`, or an error after logging what is wrong. */
    int32_t (*create)(const upsdrv_host *host, void **self);
    void (*destroy)(void *self);

    /* Is the device of this link one of ours? A score: 0 = no, higher = more specific; or an error.
     * May be null: then the plugin is used only when named. */
    int32_t (*probe)(void *self, int64_t deadline_ms);
    /* The link is open (links == NONE: now is the time). Identify the device and publish what never
     * changes. UPSDRV_OK, _TIMEOUT and _LOST (tried again with back-off), _FATAL (the driver ends). */
    int32_t (*open)(void *self, int64_t deadline_ms);
    /* One reading. `groups`: bit 0 fast (every time), bit 1 slow (every `pollfreq`). UPSDRV_OK: the data
     * is fresh. _TIMEOUT, _FAILED: stale, try again. _LOST: reopen. */
    int32_t (*poll)(void *self, uint32_t groups, int64_t deadline_ms);
    /* A client wants `name` = `value`. The host has checked flags, length, enumeration and range of a
     * variable that is published; any other name comes unchecked: UPSDRV_E_UNKNOWN, unless the plugin
     * makes variables on demand. Success is published by the plugin (set_var). May be null: nothing can
     * be set. */
    int32_t (*set)(void *self, upsdrv_str name, upsdrv_str value, int64_t deadline_ms);
    /* An instant command; `parameter` has data == null if there is none. May be null. */
    int32_t (*command)(void *self, upsdrv_str name, upsdrv_str parameter, int64_t deadline_ms);
    /* Cut the power of the load (`-k`): return or stay off as the options say. May be null. */
    int32_t (*shutdown)(void *self, int64_t deadline_ms);
    /* Options changed while running; only UPSDRV_OPT_RELOADABLE ones. May be null. */
    int32_t (*reconfigure)(void *self);
    /* The link goes away; it may be gone already. */
    void (*close)(void *self);
} upsdrv_plugin;

#define UPSDRV_POLL_FAST 1u
#define UPSDRV_POLL_SLOW 2u

/* Offsets are part of the contract (64-bit data model). */
#if UINTPTR_MAX == 0xFFFFFFFFFFFFFFFFu
UPSDRV_STATIC_ASSERT(sizeof(upsdrv_str) == 16, "upsdrv_str");
UPSDRV_STATIC_ASSERT(sizeof(upsdrv_option) == 64, "upsdrv_option");
UPSDRV_STATIC_ASSERT(sizeof(upsdrv_host) == 16 + 28 * 8, "upsdrv_host");
UPSDRV_STATIC_ASSERT(sizeof(upsdrv_plugin) == 56 + 10 * 8, "upsdrv_plugin");
#endif

#ifdef __cplusplus
}
#endif

#endif
