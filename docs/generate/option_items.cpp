// SPDX-License-Identifier: Apache-2.0
#include "docs/generate/pages.hpp"

#include "driverapi/upsdrv.h"
#include "lib/base/text.hpp"

#include <dlfcn.h>
#include <fmt/core.h>

#include <memory>
#include <span>

namespace ups::docs {
namespace {

struct DlClose {
    void operator()(void* library) const noexcept { ::dlclose(library); }
};

std::string value_shape(const upsdrv_option& option) {
    switch (option.type) {
    case UPSDRV_OPT_INTEGER:
    case UPSDRV_OPT_DECIMAL: return "number";
    case UPSDRV_OPT_SECONDS: return "seconds";
    case UPSDRV_OPT_CHOICE: return option.choices;
    case UPSDRV_OPT_BOOLEAN: return "yes|no";
    default: return "text";
    }
}

bool has_limits(const upsdrv_option& option) {
    const bool number = option.type == UPSDRV_OPT_INTEGER || option.type == UPSDRV_OPT_DECIMAL ||
                        option.type == UPSDRV_OPT_SECONDS;
    return number && option.min < option.max;
}

/// Help texts are half sentences; a first word with a dot in it is a name and stays as it is.
std::string sentence(std::string_view help) {
    std::string text = mdoc(help, Place::line);
    if (help.substr(0, help.find(' ')).find('.') == help.npos && !text.empty())
        text[0] = ascii_upper(text[0]);
    return text + (text.ends_with('.') ? "\n" : ".\n");
}

std::string item(const upsdrv_option& option) {
    std::string text = ".It Cm " + mdoc(option.name, Place::argument);
    if (option.type == UPSDRV_OPT_PREFIX) text += " Ns Ar name";
    if (option.type != UPSDRV_OPT_FLAG)
        text += " No = Ar " + mdoc(value_shape(option), Place::argument);
    text += "\n";
    if (option.help != nullptr) text += sentence(option.help);
    if (has_limits(option)) text += fmt::format("{} to {}.\n", option.min, option.max);
    if (option.fallback != nullptr && *option.fallback != '\0')
        text += fmt::format("Default: {}.\n", mdoc(option.fallback, Place::line));
    if ((option.flags & UPSDRV_OPT_REQUIRED) != 0) text += "Required.\n";
    if ((option.flags & UPSDRV_OPT_RELOADABLE) != 0) text += "May change while the driver runs.\n";
    return text;
}

}  // namespace

Result<std::string> option_items(const std::string& plugin_file) {
    const std::unique_ptr<void, DlClose> library(
        ::dlopen(plugin_file.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!library) return fail(ErrorCode::not_found, ::dlerror());
    const auto* const plugin =
        static_cast<const upsdrv_plugin*>(::dlsym(library.get(), UPSDRV_SYMBOL));
    if (plugin == nullptr) return fail(ErrorCode::invalid, plugin_file + " is not a driver plugin");
    std::string items;
    for (const upsdrv_option& option : std::span(plugin->options, plugin->option_count))
        items += item(option);
    return ".Bl -tag -width Ds\n" + items + ".El\n";
}

}  // namespace ups::docs
