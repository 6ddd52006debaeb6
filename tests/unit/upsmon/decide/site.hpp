// SPDX-License-Identifier: Apache-2.0
/// A made-up site for one outage: UPSes with a true state, servers between them and a machine, faults
/// and nuisances, all from one seed. It knows the truth, so it can tell when the machine is wrong.
#pragma once

#include "invariants.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ups::upsmon::testing {

/// Numbers from a seed; the same everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed * 0x9e37'79b9'7f4a'7c15ULL + 1) {}
    std::uint64_t next();
    /// `low` to `high`, both included.
    int between(int low, int high);
    bool one_in(int n) { return between(1, n) == 1; }

  private:
    std::uint64_t state_;
};

enum class Weather : std::uint8_t { outages, nuisances };

/// What is the matter with a UPS for some time besides mains.
enum class Nuisance : std::uint8_t {
    none,
    self_test,     ///< on battery and low, for less than is believed
    calibration,   ///< on battery and low for long
    no_runtime,    ///< claims no runtime, and low for moments, with a full battery
    flapping_low,  ///< LB comes and goes on mains
    off_blip,      ///< OFF for less than OFFDURATION
    alarm,         ///< ALARM, OVER, RB, BYPASS beside OL
};

struct Span {
    int from = 0;
    int to = 0;
    [[nodiscard]] bool has(int second) const { return second >= from && second < to; }
};

struct TrueUps {
    Span outage{};   ///< without mains
    int low_at = 0;  ///< second from which the battery is low during the outage
    Span fault{};    ///< out of reach
    Loss loss = Loss::stale;
    Nuisance nuisance = Nuisance::none;
    Span trouble{};               ///< of the nuisance
    int secondaries = 0;          ///< logged in besides this host
    int patience = 1;             ///< seconds until one of them leaves after FSD
    bool clears = true;           ///< the server knows FSD CLEAR
    bool is_foreign_fsd = false;  ///< another primary sets FSD five seconds after low
    // What the machine was told and did.
    int fsd_at = -1;  ///< FSD stands on the server since
    int next_poll = 0;
    int last_reading = -1;
    std::string last_status{};
    int low_told_since = -1;  ///< truly low and told so without a break since
};

struct Outcome {
    std::string failure{};  ///< what went wrong and when; empty: nothing
    bool has_decided = false;
    bool has_called_off = false;
    bool has_committed = false;
};

/// Runs the outage of `seed`.
[[nodiscard]] Outcome run_site(std::uint64_t seed, Weather weather);

}  // namespace ups::upsmon::testing
