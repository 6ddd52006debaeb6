// SPDX-License-Identifier: Apache-2.0
/// Answers the engine's questions from the user table. Never blocks: slow hashes are checked on a worker
/// thread, addresses that keep failing wait, and both answer later.
///
/// What was verified once is remembered as a keyed digest of user, password and what is stored for the
/// user: a client that polls costs one short hash per question, a changed upsd.users makes it void.
#pragma once

#include "lib/base/log.hpp"
#include "lib/base/password.hpp"
#include "lib/base/random.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/keyed_hash.hpp"
#include "server/upsd/login_throttle.hpp"
#include "server/upsd/user_table.hpp"
#include "server/upsd/worker.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ups::upsd {

class UserAuthenticator final : public Authenticator {
  public:
    /// Questions that may wait for an answer; more are denied at once.
    static constexpr std::size_t kMaxWaiting = 1024;
    /// Verified pairs remembered; the oldest goes first, and is then verified anew.
    static constexpr std::size_t kMaxVerified = 4096;

    /// Checks handed to the worker at once. Few: a guess that waits here may be answered by another
    /// check meanwhile, and the worker has other customers.
    static constexpr unsigned kMaxChecks = 2;

    /// All of it outlives the object; the worker's results are delivered to it for as long as the loop
    /// runs. Without users everything is denied.
    UserAuthenticator(Loop& loop, Worker& worker, Random& random, const Logger& logger);

    /// Swaps the users; questions that wait are answered from the new ones. `longest_delay`: limit for
    /// addresses that keep failing, zero: none.
    void apply(UserTable table, Duration longest_delay);

    [[nodiscard]] Verdict decide(const AccessRequest& request, AccessWaiter& waiter) override;
    [[nodiscard]] bool shows(std::string_view user, std::string_view ups) const override;
    void cancel(AccessWaiter& waiter) noexcept override;

  private:
    /// Longer users and passwords cost an allocation.
    static constexpr std::size_t kScratch = 512;

    using Id = std::uint64_t;
    struct Question {
        AccessWaiter* waiter = nullptr;
        Right right = Right::read;
        std::string ups;
        std::string item;
    };
    /// A user and password from one address that are yet to be checked. Equal guesses share one check
    /// and count as one try: many clients of one host that reconnect together.
    struct Guess {
        std::string user;
        Secret password;
        SocketAddress peer;
        Digest key;                       ///< in `guess_ids_`
        Digest checked;                   ///< `digest_of` when the worker got it
        std::vector<Question> questions;  ///< never empty
    };
    struct DigestHash {
        std::size_t operator()(const Digest& digest) const noexcept { return digest.low; }
    };

    [[nodiscard]] Digest digest_of_parts(std::string_view a, std::string_view b,
                                         std::string_view c) const;
    [[nodiscard]] Digest digest_of(const User& user, std::string_view password) const;
    [[nodiscard]] Digest guess_key(const AccessRequest& request) const;
    [[nodiscard]] bool is_verified(const User* user, std::string_view password) const;
    [[nodiscard]] bool needs_worker(const User* user) const noexcept;
    [[nodiscard]] bool check_now(const User* user, std::string_view password,
                                 const SocketAddress& peer);
    void succeeded(const Digest& digest, const SocketAddress& peer);
    Verdict wait_for(Id id, const AccessRequest& request, AccessWaiter& waiter);
    Id add_guess(const AccessRequest& request, const Digest& key);
    void report_slowed(const SocketAddress& peer, const LoginThrottle::Admission& admission);
    void schedule(Id id, Duration wait);
    void start_due();
    void evaluate(Id id);
    void feed_worker();
    [[nodiscard]] bool start_check(Id id, Guess& guess, const User& measure);
    void on_checked(Id id, bool matches);
    void answer(Id id, bool known);

    Loop& loop_;
    const Logger& logger_;
    HashKey key_;
    /// Wiped after each use; its room is kept, so that a question allocates nothing.
    mutable std::string scratch_;
    UserTable table_;
    LoginThrottle throttle_;
    std::unordered_set<Digest, DigestHash> verified_;
    std::deque<Digest> verified_order_;
    Id next_id_ = 1;
    std::unordered_map<Id, Guess> guesses_;
    std::unordered_map<Digest, Id, DigestHash> guess_ids_;
    std::unordered_map<const AccessWaiter*, Id> waiters_;
    std::multimap<Instant, Id> due_;  // may name guesses that nobody waits for any more
    std::deque<Id> for_worker_;       // likewise
    unsigned checks_ = 0;             // in the worker's hands
    Timer timer_;
    Worker& worker_;
};

}  // namespace ups::upsd
