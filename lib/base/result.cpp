// SPDX-License-Identifier: Apache-2.0
#include "lib/base/result.hpp"

#include <system_error>

namespace ups {

Error Error::within(std::string_view context) const {
    Error wrapped = *this;
    wrapped.text.insert(0, ": ").insert(0, context);
    return wrapped;
}

std::unexpected<Error> fail(ErrorCode code, std::string text) {
    return std::unexpected(Error{code, std::move(text), 0});
}

std::unexpected<Error> fail_errno(std::string text, int err) {
    text += ": ";
    text += std::generic_category().message(err);
    return std::unexpected(Error{ErrorCode::io, std::move(text), err});
}

}  // namespace ups
