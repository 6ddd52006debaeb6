// SPDX-License-Identifier: Apache-2.0
/// Reference pages made from the tables that the programs themselves work from.
#pragma once

#include "lib/base/result.hpp"

#include <string>
#include <string_view>

namespace ups::docs {

/// docs/variables.md: the dictionary.
[[nodiscard]] std::string variables_page();

/// A manual page in mdoc(7) from a template: a line `.\" rows FILE SECTION` becomes the directives of
/// that section (`.\" rows upsd_conf global`), a line `.\" options` those of the plugin,
/// a line `.\" notify_types` the notifications of upsmon.
/// `plugin_file` is the path of the built plugin, or empty. Fails on an unknown FILE or SECTION, or a
/// plugin that cannot be loaded; the error names the line.
[[nodiscard]] Result<std::string> manual_page(std::string_view page_template,
                                              const std::string& plugin_file);

/// One section of a configuration file as mdoc list items.
[[nodiscard]] Result<std::string> directive_items(std::string_view file, std::string_view section);

/// The notifications of upsmon as mdoc list items.
[[nodiscard]] std::string notify_items();

/// The options of a plugin as mdoc list items.
[[nodiscard]] Result<std::string> option_items(const std::string& plugin_file);

/// `text` so that mdoc prints it as it is. `kLine`: a line of text; `kArgument`: one argument of a macro.
enum class Place { line, argument };
[[nodiscard]] std::string mdoc(std::string_view text, Place place);

}  // namespace ups::docs
