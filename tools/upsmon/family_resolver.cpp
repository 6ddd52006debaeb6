// SPDX-License-Identifier: Apache-2.0
#include "tools/upsmon/family_resolver.hpp"

#include <utility>

namespace ups::upsmon {
namespace {

bool is_unwanted(const client::Endpoint& endpoint, Family family) {
    if (family == Family::v4) return endpoint.family() != AF_INET;
    return family == Family::v6 && endpoint.family() != AF_INET6;
}

}  // namespace

std::unique_ptr<client::Resolver::Lookup> FamilyResolver::look_up(const std::string& host,
                                                                  std::uint16_t port, Done done) {
    return names_.look_up(host, port,
                          [family = family_, host, done = std::move(done)](auto found) mutable {
                              if (found) {
                                  std::erase_if(*found, [family](const client::Endpoint& one) {
                                      return is_unwanted(one, family);
                                  });
                                  if (found->empty())
                                      return done(fail(ErrorCode::not_found,
                                                       host + " has no address of this family"));
                              }
                              done(std::move(found));
                          });
}

}  // namespace ups::upsmon
