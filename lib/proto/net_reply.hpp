// SPDX-License-Identifier: Apache-2.0
/// Encoders of the network protocol's replies.
///
///     reply  = "OK" [ SP word ] LF / error / fact / list
///     fact   = WORD SP ups [ SP name ] SP ( value / *word ) LF          VAR su700 ups.status "OB
///     LB" list   = "BEGIN LIST" SP query LF *fact "END LIST" SP query LF    query: as the client
///     wrote it
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace ups::proto {

/// Appends words with one blank between them, each quoted where it must be; no LF.
void append_words(std::string& out, std::initializer_list<std::string_view> words);
/// Appends `BEGIN LIST KIND echo…` LF. `echo`: what the client wrote behind the kind.
void append_list_begin(std::string& out, std::string_view kind,
                       std::initializer_list<std::string_view> echo);
/// Appends `END LIST KIND echo…` LF.
void append_list_end(std::string& out, std::string_view kind,
                     std::initializer_list<std::string_view> echo);
/// Appends `words… "value"` LF. The value loses its end if the line would be too long for deployed
/// clients.
void append_fact(std::string& out, std::initializer_list<std::string_view> words,
                 std::string_view value);

} // namespace ups::proto
