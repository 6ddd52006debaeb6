// SPDX-License-Identifier: Apache-2.0
/// Texts of notifications, as NOTIFYMSG and the built-in ones have them.
///
///     text        = *( char / "%s" / "%%" / "{" placeholder "}" )
///     placeholder = "ups" / "type" / "detail" / "host" / "time" / "status" / "charge" / "runtime"
///
/// The first "%s" is the UPS, the second the detail. Braces around anything else stand for themselves,
/// so that texts written for the stock monitor keep their look.
#pragma once

#include "conf/parse/problem.hpp"
#include "conf/schema/notify_type.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ups::conf {

/// What a text can name. All empty texts are allowed; `charge` is a number of percent, `runtime` one of
/// seconds, `time` whatever the caller shows people.
struct NotifyFields {
    std::string_view ups;
    std::string_view type;
    std::string_view detail;
    std::string_view host;
    std::string_view time;
    std::string_view status;
    std::string_view charge;
    std::string_view runtime;
};

/// Reports what is wrong with the text of a type: a conversion other than %s and %% or more %s than
/// the type has (errors), a placeholder that looks like a slip of a known one (warning). Column is
/// that of the text. Returns whether the text can be used.
bool check_notify_text(std::string_view text, const NotifyTypeRow& type, const Place& place,
                       std::vector<Problem>& problems);

/// `text` with everything filled in. Any text can be given: what `check_notify_text` refuses comes
/// out as it is written, a third "%s" as nothing.
[[nodiscard]] std::string fill_notify_text(std::string_view text, const NotifyFields& fields);

}  // namespace ups::conf
