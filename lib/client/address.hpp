// SPDX-License-Identifier: Apache-2.0
/// The addresses of UPSes and servers under the names that users of the client know.
#pragma once

#include "lib/base/address.hpp"

namespace ups::client {

using ups::GroupForm;
using ups::kDefaultPort;
using ups::parse_server_address;
using ups::parse_ups_address;
using ups::ServerAddress;
using ups::UpsAddress;

}  // namespace ups::client
