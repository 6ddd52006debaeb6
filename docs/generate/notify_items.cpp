// SPDX-License-Identifier: Apache-2.0
#include "docs/generate/pages.hpp"

#include "conf/schema/notify_type.hpp"

#include <fmt/core.h>

namespace ups::docs {

std::string notify_items() {
    std::string items;
    for (const conf::NotifyTypeRow& row : conf::notify_type_rows()) {
        items += fmt::format(".It Cm {}\n{}\n", mdoc(row.name, Place::argument),
                             mdoc(row.help, Place::line));
        items += fmt::format("Built in: \\(lq{}\\(rq\n", mdoc(row.text, Place::line));
        if (row.since == "-")
            items += "Not known to the stock programs.\n";
        else if (!row.since.empty())
            items += fmt::format("In the stock programs since {}.\n", row.since);
    }
    return ".Bl -tag -width Ds\n" + items + ".El\n";
}

}  // namespace ups::docs
