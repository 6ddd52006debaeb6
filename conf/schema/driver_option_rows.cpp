// SPDX-License-Identifier: Apache-2.0
// Table: the options of ups.conf that belong to drivers.
#include "conf/schema/rows.hpp"

#include <array>

namespace ups::conf {
namespace {

constexpr std::int64_t kDay = 86400;

/// An option of which drivers disagree on the form, or that is any text.
constexpr Row text(std::string_view family, std::string_view name, std::string_view arguments,
                   std::string_view help) {
    return {.section = Section::device, .name = name, .type = Type::text, .arguments = arguments,
            .family = family, .flags = kDriver, .help = help};
}
constexpr Row secret(std::string_view family, std::string_view name, std::string_view arguments,
                     std::string_view help) {
    Row row = text(family, name, arguments, help);
    row.flags |= kSecret;
    return row;
}
constexpr Row flag(std::string_view family, std::string_view name, std::string_view help) {
    Row row = text(family, name, "", help);
    row.type = Type::flag;
    return row;
}
constexpr Row seconds(std::string_view family, std::string_view name, std::string_view fallback,
                      std::string_view help) {
    Row row = text(family, name, "SECONDS", help);
    row.type = Type::seconds;
    row.fallback = fallback;
    row.most = kDay;
    return row;
}
constexpr Row number(std::string_view family, std::string_view name, std::int64_t most,
                     std::string_view help) {
    Row row = text(family, name, "N", help);
    row.type = Type::integer;
    row.most = most;
    return row;
}
constexpr Row one_of(std::string_view family, std::string_view name, std::string_view choices,
                     std::string_view help) {
    Row row = text(family, name, "WORD", help);
    row.type = Type::choice;
    row.choices = choices;
    return row;
}
constexpr Row later(Row row, std::string_view since) {
    row.since = since;
    return row;
}

// clang-format off
constexpr auto kRows = std::to_array<Row>({
    text("USB", "vendorid", "REGEX", "Vendor id to match, 4 hexadecimal digits, as an extended regular expression."),
    text("USB", "productid", "REGEX", "Product id to match, 4 hexadecimal digits, as an extended regular expression."),
    text("USB", "vendor", "REGEX", "Vendor text to match; the whole of it, any case."),
    text("USB", "product", "REGEX", "Product text to match; the whole of it, any case."),
    text("USB", "serial", "REGEX", "Serial number to match: the sure way to tell two alike apart."),
    text("USB", "bus", "REGEX", "USB bus to match."),
    later(text("USB", "busport", "REGEX", "Port of the bus to match: stays the same when the device is plugged in again."), "2.8.1"),
    later(text("USB", "device", "REGEX", "USB device number to match; changes when the device is plugged in again."), "2.8.0"),
    later(flag("USB", "allow_duplicates", "Take a device although another one matches as well."), "2.8.1"),
    text("USB", "subdriver", "NAME", "Map of variables to use in place of the one found."),
    seconds("USB", "pollfreq", "30", "How often the values that change slowly are read."),
    flag("USB", "pollonly", "Never use the interrupt pipe."),
    flag("USB", "interruptonly", "Read the interrupt pipe only."),
    number("USB", "interruptsize", 65536, "Bytes to read from the interrupt pipe at most."),
    flag("USB", "maxreport", "Ask for the longest report whatever the descriptor says."),
    flag("USB", "explore", "Show what an unknown device offers."),
    flag("USB", "disable_fix_report_desc", "Use the device's report descriptor as it is, without known repairs."),
    flag("USB", "onlinedischarge_onbattery", "Take discharging while on line as on battery."),
    flag("USB", "onlinedischarge_calibration", "Take discharging while on line as calibration."),
    text("USB", "onlinedischarge_log_throttle_sec", "SECONDS", "How often discharging while on line is logged."),
    text("USB", "onlinedischarge_log_throttle_hovercharge", "PERCENT", "Charge above which discharging while on line is not logged."),
    number("USB", "lbrb_log_delay_sec", kDay, "Seconds that a low-battery or replace-battery state is held back after power returned."),
    flag("USB", "lbrb_log_delay_without_calibrating", "Hold such states back outside of calibration too."),
    flag("USB", "powercom_sdcmd_byte_order_fallback", "Use the other byte order in the shutdown command of some Powercom devices."),
    number("USB", "interrupt_pipe_no_events_tolerance", 1'000'000, "Reads of the interrupt pipe without news before the device is opened anew."),
    text("USB", "langid_fix", "HEX", "Language id to use for the device's texts."),
    text("USB", "usb_set_altinterface", "[N]", "Set the alternate setting of the interface; 0 without a value."),
    later(text("USB", "usb_config_index", "N", "Number of the USB configuration, for composite devices."), "2.8.2"),
    later(text("USB", "usb_hid_rep_index", "N", "Number of the HID interface, for composite devices."), "2.8.2"),
    later(text("USB", "usb_hid_desc_index", "N", "Number of the HID descriptor, for composite devices."), "2.8.2"),
    later(text("USB", "usb_hid_ep_in", "N", "Endpoint to read from, for composite devices."), "2.8.2"),
    later(text("USB", "usb_hid_ep_out", "N", "Endpoint to write to, for composite devices."), "2.8.2"),

    seconds("power-off timing", "offdelay", "20", "Seconds between the order to power off and the load losing power."),
    text("power-off timing", "ondelay", "SECONDS", "Seconds (minutes with some drivers) before power returns to the load."),
    number("power-off timing", "lowbatt", 100, "Charge in percent below which the battery counts as low."),

    text("serial", "cable", "NAME", "Kind of cable."),
    text("serial", "baud_rate", "N", "Line speed."),
    text("serial", "dtr", "0|1", "State of the DTR line."),
    text("serial", "rts", "0|1", "State of the RTS line."),
    text("serial", "ttymode", "MODE", "How the serial line is set up."),
    text("serial", "upstype", "N", "Kind of device, as the driver numbers them."),
    text("serial", "nombattvolt", "VOLTS", "Nominal voltage of the battery."),

    text("Q-protocol", "protocol", "NAME", "Dialect to speak in place of trying all."),
    text("Q-protocol", "battery_number", "N", "Number of batteries in series."),
    text("Q-protocol", "chargetime", "SECONDS", "Time to charge the battery in full, for estimates."),
    text("Q-protocol", "idleload", "PERCENT", "Load that estimates assume at least."),
    text("Q-protocol", "runtimecal", "S1,LOAD1,S2,LOAD2", "Two measured runtimes with their loads, for estimates."),
    flag("Q-protocol", "norating", "Do not ask for ratings."),
    flag("Q-protocol", "novendor", "Do not ask for the vendor."),
    flag("Q-protocol", "noscanlangid", "Do not look for the language of the device's texts."),
    text("Q-protocol", "testtime", "SECONDS", "Length of a battery test."),

    secret("SNMP", "community", "NAME", "Community of SNMP v1 and v2c."),
    one_of("SNMP", "snmp_version", "v1 v2c v3", "Version of SNMP to speak."),
    text("SNMP", "mibs", "NAME", "Map of variables to use, or auto."),
    flag("SNMP", "notransferoids", "Do not monitor the transfer voltages."),
    flag("SNMP", "symmetrathreephase", "Take an APC Symmetra as three-phase."),
    one_of("SNMP", "secLevel", "noAuthNoPriv authNoPriv authPriv", "Security level of SNMP v3."),
    text("SNMP", "secName", "NAME", "Security name of SNMP v3."),
    secret("SNMP", "authPassword", "TEXT", "Authentication pass phrase of SNMP v3."),
    secret("SNMP", "privPassword", "TEXT", "Privacy pass phrase of SNMP v3."),
    text("SNMP", "authProtocol", "NAME", "Authentication protocol of SNMP v3: MD5, SHA, SHA256, SHA384, SHA512."),
    text("SNMP", "privProtocol", "NAME", "Privacy protocol of SNMP v3: DES, AES, AES192, AES256."),
    number("SNMP", "snmp_retries", 1000, "How often a lost request is repeated; 5 without it."),
    number("SNMP", "snmp_timeout", 3600, "Seconds to wait for an answer; 1 without it."),

    text("network XML", "login", "NAME", "User name for the device."),
    secret("network XML", "password", "TEXT", "Password for the device."),
    text("network XML", "timeout", "SECONDS", "Seconds to wait for an answer."),
    flag("network XML", "subscribe", "Ask the device to send events."),
    seconds("network XML", "shutdown_duration", "120", "Seconds a computer needs to shut down, as told to the device."),
    text("network XML", "shutdown_timer", "SECONDS", "Seconds on battery before shutdown, as told to the device."),

    text("Modbus", "device_mfr", "NAME", "Manufacturer to publish."),
    number("Modbus", "rio_slave_id", 247, "Modbus address of the remote I/O block."),
    number("Modbus", "device_slave_id", 247, "Modbus address of the device."),
    text("Modbus", "ser_baud_rate", "N", "Line speed."),
    text("Modbus", "ser_parity", "N|E|O", "Parity of the line."),
    text("Modbus", "ser_data_bit", "N", "Data bits of the line."),
    text("Modbus", "ser_stop_bit", "N", "Stop bits of the line."),
    text("Modbus", "mod_resp_to_s", "SECONDS", "Seconds to wait for an answer."),

    one_of("dummy", "mode", "dummy dummy-once dummy-loop repeater ups heartbeat", "dummy-ups: read the file once, in a loop, or repeat a remote UPS. sim-ups: a UPS, or a heartbeat."),
    later(flag("dummy", "repeater_disable_strict_start", "Start although the remote UPS does not answer yet."), "2.8.1"),

    text("clone", "load.off", "THRESHOLD", "Charge or runtime below which the load goes off."),
    text("clone", "load.on", "THRESHOLD", "Charge or runtime above which the load may go on."),
    text("clone", "load.status", "VARIABLE", "Variable that tells whether the load is on."),
});
// clang-format on

}  // namespace

std::span<const Row> driver_option_rows() { return kRows; }

}  // namespace ups::conf
