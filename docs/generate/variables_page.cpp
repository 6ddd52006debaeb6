// SPDX-License-Identifier: Apache-2.0
#include "docs/generate/pages.hpp"

#include "lib/base/text.hpp"
#include "lib/vars/dictionary.hpp"

#include <fmt/core.h>

#include <iterator>

namespace ups::docs {
namespace {

using vars::Access;
using vars::Kind;
using vars::StatusRow;

std::string_view access_text(Access access) {
    switch (access) {
    case Access::never: return "";
    case Access::some: return "some";
    case Access::often: return "often";
    }
    return "";
}

std::string kind_text(Kind kind, std::string_view unit, std::string_view words) {
    switch (kind) {
    case Kind::number: return unit.empty() ? "number" : std::string(unit);
    case Kind::text: return "text";
    case Kind::opaque: return "opaque";
    case Kind::words: break;
    }
    std::string text;
    for (const std::string_view word : split_at(words, ','))
        text += fmt::format("{}`{}`", text.empty() ? "" : " ", word);
    return text;
}

std::string_view source_text(StatusRow::Source source) {
    switch (source) {
    case StatusRow::Source::driver: return "plugin";
    case StatusRow::Source::host: return "driver host";
    case StatusRow::Source::server: return "server";
    }
    return "";
}

void append_variables(std::string& page) {
    std::string_view domain;
    for (const vars::VariableRow& row : vars::variable_rows()) {
        const std::string_view first = row.name.substr(0, row.name.find('.'));
        if (first != domain && first != "experimental") {
            domain = first;
            fmt::format_to(std::back_inserter(page),
                           "\n### {}\n\n| name | value | settable | meaning |\n|---|---|---|---|\n",
                           domain);
        }
        fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | {} |\n", row.name,
                       kind_text(row.kind, row.unit, row.words), access_text(row.access), row.text);
    }
}

std::string code_list(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words)
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word);
    return text;
}

std::string context_text(std::uint8_t contexts) {
    std::string text;
    const auto add = [&](std::uint8_t bit, std::string_view words) {
        if ((contexts & bit) != 0) text += fmt::format("{}{}", text.empty() ? "" : ", ", words);
    };
    add(vars::with_none, "none");
    add(vars::with_phase, "phase");
    add(vars::with_neutral, "`N`");
    add(vars::with_voltages, "between two conductors");
    return text;
}

void append_phases(std::string& page) {
    page += "\n## Three-phase names\n\n"
            "`DOMAIN[.CONTEXT].SPEC`, for instance `input.L1-N.voltage` or `output.L2.current.peak`.\n\n"
            "| DOMAIN | |\n|---|---|\n";
    for (const vars::PhaseDomainRow& row : vars::phase_domain_rows())
        fmt::format_to(std::back_inserter(page), "| `{}` | {} |\n", row.domain, row.text);
    fmt::format_to(std::back_inserter(page), "\nCONTEXT: {}.\n\n",
                   code_list(vars::phase_contexts()));
    page += "| SPEC | unit | CONTEXT | meaning |\n|---|---|---|---|\n";
    for (const vars::PhaseSpecRow& row : vars::phase_spec_rows())
        fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | {} |\n", row.spec, row.unit,
                       context_text(row.contexts), row.text);
}

void append_commands(std::string& page) {
    page += "\n## Instant commands\n\n| name | parameter | meaning |\n|---|---|---|\n";
    for (const vars::CommandRow& row : vars::command_rows())
        fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} |\n", row.name, row.parameter,
                       row.text);
}

void append_status(std::string& page) {
    page += "\n## Words of `ups.status`\n\n"
            "Any number of them, blanks between, in any order. Words that a program does not know it "
            "ignores.\n\n"
            "| word | meaning | set by | for shutdown |\n|---|---|---|---|\n";
    for (const StatusRow& row : vars::status_rows())
        fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | {} |\n", row.word, row.text,
                       source_text(row.source), row.for_shutdown ? "yes" : "");
}

}  // namespace

std::string variables_page() {
    std::string page =
        "<!-- Generated from lib/vars/dictionary_rows.hpp; see docs/README.md. -->\n"
        "# Variables, instant commands and status words\n\n"
        "What a device does not tell is absent, never empty. Names are compared without regard to case. "
        "In a name `n` and `x` stand for an index from 1, `*` for any text; `ambient.…`, `outlet.…` and "
        "`outlet.group.…` also exist without the index, and groups have the variables of outlets. The "
        "members of a daisy chain publish all this under `device.1.…`, `device.2.…`\n\n"
        "Column *value*: a unit means a plain decimal number in that unit, words in `this type` are the "
        "only values, *opaque* is the maker's text and nothing to interpret. Column *settable*: whether "
        "devices let it be set; what one device allows is in its `LIST RW`.\n\n"
        "## Variables\n";
    append_variables(page);
    append_phases(page);
    append_commands(page);
    append_status(page);
    return page;
}

}  // namespace ups::docs
