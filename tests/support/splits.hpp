// SPDX-License-Identifier: Apache-2.0
/// Feeds for stream parsers: the same bytes, cut in every way that matters.
#pragma once

#include <string_view>
#include <vector>

namespace ups::test {

using Chunks = std::vector<std::string_view>;

/// Calls `check(chunks)` with `bytes` whole, byte by byte, and split in two at every position.
/// The chunks view `bytes`.
template <class Check> void for_every_split(std::string_view bytes, Check check) {
    check(Chunks{bytes});
    Chunks single;
    for (std::size_t i = 0; i < bytes.size(); ++i) single.push_back(bytes.substr(i, 1));
    check(single);
    for (std::size_t at = 1; at < bytes.size(); ++at)
        check(Chunks{bytes.substr(0, at), bytes.substr(at)});
}

}  // namespace ups::test
