// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/user_authenticator.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace ups::upsd {
namespace {

Verdict verdict(bool granted) {
    return granted ? Verdict::granted : Verdict::denied;
}

std::string seconds_text(Duration wait) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) + " s";
}

}  // namespace

UserAuthenticator::UserAuthenticator(Loop& loop, Worker& worker, Random& random,
                                     const Logger& logger)
    : loop_(loop), logger_(logger), key_(HashKey::fresh(random)), throttle_(Duration::zero()),
      timer_(loop, [this] { start_due(); }), worker_(worker) {
    scratch_.reserve(kScratch);
}

void UserAuthenticator::apply(UserTable table, Duration longest_delay) {
    table_ = std::move(table);
    throttle_.set_longest(longest_delay);
}

Digest UserAuthenticator::digest_of_parts(std::string_view a, std::string_view b,
                                          std::string_view c) const {
    // Lengths in front: no two different triples give the same bytes.
    const std::array<std::size_t, 2> lengths{a.size(), b.size()};
    scratch_.assign(reinterpret_cast<const char*>(lengths.data()), sizeof lengths);
    scratch_ += a;
    scratch_ += b;
    scratch_ += c;
    const Digest digest = keyed_hash(key_, scratch_);
    wipe(scratch_);
    return digest;
}

Digest UserAuthenticator::digest_of(const User& user, std::string_view password) const {
    return digest_of_parts(user.name, password, user.password);
}

Digest UserAuthenticator::guess_key(const AccessRequest& request) const {
    return digest_of_parts(request.user, request.password, throttle_key(request.peer));
}

bool UserAuthenticator::is_verified(const User* user, std::string_view password) const {
    return user != nullptr && verified_.contains(digest_of(*user, password));
}

bool UserAuthenticator::needs_worker(const User* user) const noexcept {
    // A name that does not exist takes as long as one that does.
    return user != nullptr ? user->slow : table_.any_slow() != nullptr;
}

Verdict UserAuthenticator::decide(const AccessRequest& request, AccessWaiter& waiter) {
    const User* user = table_.find(request.user);
    if (is_verified(user, request.password))
        return verdict(user->allows(request.right, request.ups, request.item));
    const Digest key = guess_key(request);
    if (const auto same = guess_ids_.find(key); same != guess_ids_.end())
        return wait_for(same->second, request, waiter);
    const auto admission = throttle_.admit(request.peer, loop_.now());
    if (!admission) return Verdict::denied;
    report_slowed(request.peer, *admission);
    if (admission->wait <= Duration::zero() && !needs_worker(user)) {
        const bool known = check_now(user, request.password, request.peer);
        return verdict(known && user->allows(request.right, request.ups, request.item));
    }
    if (waiters_.size() >= kMaxWaiting) return Verdict::denied;
    const Id id = add_guess(request, key);
    const Verdict pending = wait_for(id, request, waiter);
    schedule(id, admission->wait);
    return pending;
}

Verdict UserAuthenticator::wait_for(Id id, const AccessRequest& request, AccessWaiter& waiter) {
    if (waiters_.size() >= kMaxWaiting) return Verdict::denied;
    guesses_.at(id).questions.push_back(
        {&waiter, request.right, std::string(request.ups), std::string(request.item)});
    waiters_.emplace(&waiter, id);
    return Verdict::pending;
}

UserAuthenticator::Id UserAuthenticator::add_guess(const AccessRequest& request,
                                                   const Digest& key) {
    const Id id = next_id_++;
    guesses_.emplace(id, Guess{.user = std::string(request.user),
                               .password = Secret(request.password),
                               .peer = request.peer,
                               .key = key,
                               .checked = {},
                               .questions = {}});
    guess_ids_.emplace(key, id);
    return id;
}

bool UserAuthenticator::shows(std::string_view user, std::string_view ups) const {
    const User* known = table_.find(user);
    return known != nullptr && known->allows(Right::read, ups, {});
}

void UserAuthenticator::cancel(AccessWaiter& waiter) noexcept {
    const auto waiting = waiters_.find(&waiter);
    if (waiting == waiters_.end()) return;
    const auto found = guesses_.find(waiting->second);
    waiters_.erase(waiting);
    if (found == guesses_.end()) return;  // being answered right now
    Guess& guess = found->second;
    std::erase_if(guess.questions, [&](const Question& q) { return q.waiter == &waiter; });
    if (!guess.questions.empty()) return;
    guess_ids_.erase(guess.key);
    guesses_.erase(found);
}

bool UserAuthenticator::check_now(const User* user, std::string_view password,
                                  const SocketAddress& peer) {
    if (is_verified(user, password)) return true;
    if (user == nullptr || !password_matches(user->password, password)) return false;
    succeeded(digest_of(*user, password), peer);
    return true;
}

void UserAuthenticator::succeeded(const Digest& digest, const SocketAddress& peer) {
    if (verified_.insert(digest).second) verified_order_.push_back(digest);
    if (verified_order_.size() > kMaxVerified) {
        verified_.erase(verified_order_.front());
        verified_order_.pop_front();
    }
    throttle_.succeeded(peer);
    // The address is in order: what else of it waits need not wait longer.
    const std::string key = throttle_key(peer);
    std::vector<Id> freed;
    std::erase_if(due_, [&](const auto& entry) {
        const auto found = guesses_.find(entry.second);
        const bool same = found != guesses_.end() && throttle_key(found->second.peer) == key;
        if (same) freed.push_back(entry.second);
        return same;
    });
    for (const Id id : freed)
        schedule(id, Duration::zero());
}

void UserAuthenticator::report_slowed(const SocketAddress& peer,
                                      const LoginThrottle::Admission& admission) {
    // Once when it starts, then each time the number has doubled.
    const bool start = admission.failures == LoginThrottle::kFreeTries;
    if (admission.wait <= Duration::zero()) return;
    if (!start && !std::has_single_bit(admission.failures)) return;
    logger_.warning("auth.slowed",
                    std::to_string(admission.failures) + " failed log-ins, the next waits " +
                        seconds_text(admission.wait),
                    {{"peer", peer.host}});
}

void UserAuthenticator::schedule(Id id, Duration wait) {
    due_.emplace(loop_.now() + wait, id);
    timer_.start_at(due_.begin()->first);
}

void UserAuthenticator::start_due() {
    const Instant now = loop_.now();
    while (!due_.empty() && due_.begin()->first <= now) {
        const Id id = due_.begin()->second;
        due_.erase(due_.begin());
        evaluate(id);
    }
    if (!due_.empty()) timer_.start_at(due_.begin()->first);
}

void UserAuthenticator::evaluate(Id id) {
    const auto found = guesses_.find(id);
    if (found == guesses_.end()) return;
    const Guess& guess = found->second;
    const User* user = table_.find(guess.user);
    if (needs_worker(user) && !is_verified(user, guess.password.view())) {
        for_worker_.push_back(id);
        feed_worker();
        return;
    }
    answer(id, check_now(user, guess.password.view(), guess.peer));
}

void UserAuthenticator::feed_worker() {
    for (; !for_worker_.empty() && checks_ < kMaxChecks; for_worker_.pop_front()) {
        const auto found = guesses_.find(for_worker_.front());
        if (found == guesses_.end()) continue;
        Guess& guess = found->second;
        const User* user = table_.find(guess.user);
        const User* measure = user != nullptr ? user : table_.any_slow();
        if (measure == nullptr || is_verified(user, guess.password.view())) {
            schedule(found->first, Duration::zero());  // needs no worker any more
            continue;
        }
        if (!start_check(found->first, guess, *measure)) {
            schedule(found->first, std::chrono::seconds(1));  // the worker's queue is full
            continue;
        }
        guess.checked = user != nullptr ? digest_of(*user, guess.password.view()) : Digest{};
    }
}

bool UserAuthenticator::start_check(Id id, Guess& guess, const User& measure) {
    Worker::Task task = [this, id, stored = Secret(std::string_view(measure.password)),
                         candidate = Secret(guess.password.view())]() -> Worker::Finish {
        const bool matches = password_matches(stored.view(), candidate.view());
        return [this, id, matches] { on_checked(id, matches); };
    };
    if (!worker_.submit(std::move(task))) return false;
    ++checks_;
    return true;
}

void UserAuthenticator::on_checked(Id id, bool matches) {
    --checks_;
    if (const auto found = guesses_.find(id); found != guesses_.end()) {
        const Guess& guess = found->second;
        // The users may have changed while the worker was busy: only what is stored now counts.
        const User* user = table_.find(guess.user);
        const bool known =
            matches && user != nullptr && digest_of(*user, guess.password.view()) == guess.checked;
        if (known) succeeded(guess.checked, guess.peer);
        answer(id, known);
    }
    feed_worker();
}

void UserAuthenticator::answer(Id id, bool known) {
    const auto node = guesses_.extract(id);
    const Guess& guess = node.mapped();
    guess_ids_.erase(guess.key);
    const User* user = known ? table_.find(guess.user) : nullptr;
    for (const Question& question : guess.questions) {
        // An earlier answer may have ended this waiter.
        if (waiters_.erase(question.waiter) == 0) continue;
        question.waiter->on_verdict(
            verdict(user != nullptr && user->allows(question.right, question.ups, question.item)));
    }
}

}  // namespace ups::upsd
