// SPDX-License-Identifier: Apache-2.0
/// Look-ups that leave out the addresses of the other family (-4, -6).
#pragma once

#include "lib/client/resolver.hpp"
#include "lib/event/listener.hpp"

namespace ups::upsmon {

class FamilyResolver final : public client::Resolver {
  public:
    /// `names` outlives it.
    FamilyResolver(client::Resolver& names, Family family) : names_(names), family_(family) {}
    [[nodiscard]] std::unique_ptr<Lookup> look_up(const std::string& host, std::uint16_t port,
                                                  Done done) override;

  private:
    client::Resolver& names_;
    Family family_;
};

}  // namespace ups::upsmon
