// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/session.hpp"

#include "lib/base/assert.hpp"
#include "lib/base/text.hpp"
#include "server/upsd/handlers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ups::upsd {

using proto::NetError;

Session::Session(Engine& engine, SessionHost& host, SocketAddress peer, Security security)
    : host_(host), peer_(std::move(peer)), number_(engine.next_session()), engine_(engine),
      security_(security), exposed_(security == Security::clear && !peer_.loopback) {}

Session::~Session() {
    if (waiting_) engine_.parts().authenticator.cancel(*this);
    forget_everything();
}

void Session::on_input(std::string_view bytes, std::string& out) {
    UPS_ASSERT(!held_back_);
    if (!pending_.empty()) {
        pending_.append(bytes);
        run(out);
        return;
    }
    // The usual case: whole lines, executed where they are.
    while (!bytes.empty() && !held_back_ && !wants_tls_) {
        const std::size_t size = next_line(bytes, out);
        if (size == 0) break;
        bytes.remove_prefix(size);
    }
    if (!bytes.empty() && !wants_tls_) pending_.assign(bytes);
}

void Session::resume(std::string& out) {
    if (waiting_) return;
    held_back_ = false;
    run(out);
}

void Session::run(std::string& out) {
    std::size_t used = 0;
    while (used < pending_.size() && !held_back_ && !wants_tls_)
        if (const std::size_t size = next_line(std::string_view(pending_).substr(used), out);
            size > 0)
            used += size;
        else
            break;
    // Behind STARTTLS nothing in clear text counts.
    if (wants_tls_ || used == pending_.size())
        std::string().swap(pending_);
    else
        pending_.erase(0, used);
}

/// Executes the line at the start of `data`; returns its size, or 0 if it must stay.
std::size_t Session::next_line(std::string_view data, std::string& out) {
    if (const std::size_t size = answer_front(data, out); size > 0) [[likely]]
        return size;
    return execute_next(data, out);
}

/// Answers the line at the start of `data` if it is one of `answer_as_before`; returns its size, else 0.
std::size_t Session::answer_front(std::string_view data, std::string& out) {
    if (skipping_ || !scanner_.at_start() || out.size() >= kMostOutput) return 0;
    const bool again = last_request_ != nullptr && RequestCache::is_at(*last_request_, data);
    const RequestCache::Known* const known = again ? last_request_ : recall(data);
    return known != nullptr && answer_as_before(*known, out) ? known->size : 0;
}

/// The line at the start of `data` as it was understood before, or null.
RequestCache::Known* Session::recall(std::string_view data) {
    RequestCache::Known* const known = engine_.requests().find(data);
    if (known == nullptr) return nullptr;
    last_request_ = known;
    tell_habit(*known);
    return known;
}

void Session::tell_habit(const RequestCache::Known& known) {
    const auto [ups, generation, id] = known.variable;
    if (ups == nullptr || ups->state.generation() != generation) return;
    const auto [state, variable, text] = ups->state.memory_of(id);
    host_.on_habit(*this, std::array{static_cast<const void*>(&known), state, variable, text});
}

/// As `next_line`, for every line.
std::size_t Session::execute_next(std::string_view data, std::string& out) {
    if (out.size() >= kMostOutput) {
        held_back_ = true;
        return 0;
    }
    if (skipping_) {
        const std::size_t lf = data.find('\n');
        skipping_ = lf == std::string_view::npos;
        return skipping_ ? data.size() : lf + 1;
    }
    if (scanner_.at_start()) {
        if (const std::size_t size = execute_front(data, out); size > 0) return waiting_ ? 0 : size;
    }
    const auto size = scanner_.scan(data);
    if (size && *size <= kMaxLine) {
        execute(engine_.tokenizer().split(data.substr(0, *size)), out);
        return waiting_ ? 0 : *size;
    }
    if (!size && data.size() < kMaxLine) return 0;
    append_error(out, NetError::invalid_argument, dialect_);
    if (size) return *size;
    scanner_.reset();
    skipping_ = true;
    return data.size();
}

/// The short way: executes the line in front of `data` and returns its size if it is a plain one, else 0.
std::size_t Session::execute_front(std::string_view data, std::string& out) {
    if (RequestCache::Known* const known = engine_.requests().find(data)) {
        const std::size_t size = known->size;
        execute(known->request, out, &known->variable);
        tell_habit(*known);
        return size;
    }
    LineWords words;
    const std::size_t size = engine_.tokenizer().split_front(data, words);
    if (size == 0 || words.words.empty()) return 0;
    const Request request = engine_.understand(words);
    engine_.requests().keep(data.substr(0, size), words, request);
    execute(request, out);
    return size;
}

/// Answers a GET VAR whose variable is where it was when such a line came last, if nobody needs to be asked.
bool Session::answer_as_before(const RequestCache::Known& known, std::string& out) {
    const VariableHint hint = known.variable;
    if (hint.ups == nullptr || exposed_ || engine_.settings().reads != Reads::anonymous)
        return false;
    if (hint.ups->state.generation() != hint.generation) return false;
    if (hint.ups->link.availability() != Availability::ready) return false;
    ++lines_;
    verdict_.reset();
    out += hint.ups->state.line(hint.id);
    return true;
}

void Session::execute(const LineWords& words, std::string& out) {
    if (!words.broken && !words.words.empty()) return execute(engine_.understand(words), out);
    ++lines_;
    append_error(out, words.broken ? NetError::invalid_argument : NetError::unknown_command,
                 dialect_);
    verdict_.reset();
}

void Session::execute(const Request& request, std::string& out, VariableHint* hint) {
    ++lines_;
    Call call{.engine = engine_,
              .session = *this,
              .out = out,
              .word = request.word,
              .args = request.args,
              .row = request.row,
              .named = request.named,
              .is_canonical = request.is_canonical,
              .hint = hint,
              .cut = request.cut};
    if (check(call, request)) call.row->handler(call);
    verdict_.reset();
    if (call.suspended) {
        waiting_ = held_back_ = true;
        return;
    }
    if (call.failed || request.row->audited == Audited::always) audit(call);
}

bool Session::check(Call& call, const Request& request) {
    const auto refuse = [&call](NetError error) {
        call.fail(error);
        return false;
    };
    if (request.verb == nullptr) return refuse(NetError::unknown_command);
    call.verb = request.verb->name;
    if (exposed_ && request.verb->in_clear == InClear::refused &&
        engine_.settings().remote_plain_text == RemotePlainText::refuse)
        return refuse(NetError::tls_not_enabled);
    if (request.is_draft) dialect_ = proto::Dialect::draft;
    if (!check_credentials(call, request.verb->access)) return false;
    if (call.row == nullptr) return refuse(NetError::invalid_argument);
    if (!check_arguments(call)) return false;
    const bool guarded = engine_.settings().reads != Reads::anonymous;
    return !guarded || call.row->access != Access::read || may_read(call);
}

bool Session::check_credentials(Call& call, Access access) {
    const bool reading = access == Access::read && engine_.settings().reads == Reads::authenticated;
    if (access != Access::user && !reading) return true;
    if (!user) {
        call.fail(NetError::username_required);
        return false;
    }
    if (!password) {
        call.fail(NetError::password_required);
        return false;
    }
    return true;
}

bool Session::check_arguments(Call& call) {
    const CommandRow& row = *call.row;
    if (call.args.size() < row.least || (row.most != kAnyMore && call.args.size() > row.most)) {
        call.fail(NetError::invalid_argument);
        return false;
    }
    if (row.needs == Needs::nothing) return true;
    call.ups = call.find_ups();
    return call.ups != nullptr && (row.needs == Needs::ups || call.has_data(*call.ups));
}

bool Session::may_read(Call& call) {
    const Ups* which = call.ups != nullptr ? call.ups : call.named;
    if (read_epoch_ == engine_.access_epoch() && readable_ == which) return true;
    if (!call.permitted(Right::read, which == nullptr ? "" : which->settings.name)) return false;
    read_epoch_ = engine_.access_epoch();
    readable_ = which;
    return true;
}

Verdict Session::ask(Right right, std::string_view ups_name, std::string_view item) {
    if (verdict_) return *std::exchange(verdict_, std::nullopt);
    return engine_.parts().authenticator.decide({*user, *password, peer_, right, ups_name, item},
                                                *this);
}

void Session::on_verdict(Verdict verdict) {
    UPS_ASSERT(waiting_ && verdict != Verdict::pending);
    verdict_ = verdict;
    waiting_ = false;
    host_.on_ready(*this);
}

void Session::audit(const Call& call) const {
    const bool always = call.row != nullptr && call.row->audited == Audited::always;
    const bool refused = call.outcome == "ACCESS-DENIED" || call.outcome == "USERNAME-REQUIRED" ||
                         call.outcome == "PASSWORD-REQUIRED" || call.outcome == "TLS-NOT-ENABLED";
    if (!refused && !always) return;
    std::string action(call.row != nullptr ? call.row->verb : call.verb);
    if (call.row != nullptr && !call.row->sub.empty()) action.append(" ").append(call.row->sub);
    const auto arg = [&call](std::size_t at) {
        return at < call.args.size() ? call.args[at] : std::string_view();
    };
    // Arguments of other commands may be secrets (PASSWORD).
    const bool named = call.row != nullptr && call.row->access != Access::any;
    engine_.parts().audit.record({.session = number_,
                                  .user = user ? std::string_view(*user) : std::string_view(),
                                  .peer = peer_,
                                  .action = action,
                                  .ups = named ? arg(0) : std::string_view(),
                                  .item = always ? arg(1) : std::string_view(),
                                  .value = always ? arg(2) : std::string_view(),
                                  .outcome = call.outcome,
                                  .tracking = call.tracking});
}

Patience Session::patience() const noexcept {
    if (!subscriptions_.empty()) return Patience::subscribed;
    return attached_to_ != nullptr ? Patience::attached : Patience::usual;
}

void Session::attach_to(Ups& ups) {
    attached_to_ = &ups;
    ups.attached.push_back(this);
}

void Session::detach() {
    if (attached_to_ == nullptr) return;
    std::erase(attached_to_->attached, this);
    attached_to_ = nullptr;
}

void Session::forget_everything() {
    detach();
    subscriptions_.clear();
    user.reset();
    if (password) std::ranges::fill(*password, '\0');
    password.reset();
    tracking = false;
    read_epoch_ = ~std::uint64_t{0};
}

void Session::close_after_reply() {
    forget_everything();
    closing_ = true;
}

void Session::start_tls() {
    forget_everything();
    wants_tls_ = true;
}

void Session::secured() {
    wants_tls_ = false;
    security_ = Security::tls;
    exposed_ = false;
    dialect_ = proto::Dialect::deployed;
    scanner_.reset();
}

void Session::subscribe(Ups& ups, std::string_view spelling, std::vector<std::string> only,
                        std::string& out) {
    unsubscribe(ups);
    subscriptions_.push_back(
        std::make_unique<Subscription>(*this, ups, std::string(spelling), std::move(only)));
    subscriptions_.back()->snapshot(out);
}

void Session::unsubscribe(const Ups& ups) {
    std::erase_if(subscriptions_, [&ups](const auto& one) { return &one->ups == &ups; });
}

void Session::note_events(Subscription& subscription) {
    if (std::exchange(subscription.noted, true)) return;
    eventful_.push_back(&subscription);
    host_.on_events(*this);
}

void Session::drop_events(Subscription& subscription) noexcept {
    if (subscription.noted) std::erase(eventful_, &subscription);
}

void Session::events(std::string& out) {
    for (Subscription* const one : eventful_) {
        one->noted = false;
        one->events(out);
    }
    eventful_.clear();
}

void Session::ups_removed(Ups& ups) {
    if (attached_to_ == &ups) detach();
    const auto gone =
        std::ranges::find(subscriptions_, &ups, [](const auto& one) { return &one->ups; });
    if (gone == subscriptions_.end()) return;
    std::string notice = "EVENT GONE ";
    append_word(notice, (*gone)->spelling());
    notice += '\n';
    subscriptions_.erase(gone);
    host_.on_notice(*this, notice);
}

void Call::fail(NetError error) {
    append_error(out, error, session.dialect());
    outcome = proto::error_name(error, session.dialect());
    failed = true;
}

Ups* Call::find_ups() {
    Ups* const found = named != nullptr ? named : engine.registry().find(args.front());
    if (found == nullptr) fail(NetError::unknown_ups);
    return found;
}

bool Call::has_data(const Ups& which) {
    switch (which.link.availability()) {
    case Availability::disconnected:
        fail(NetError::driver_not_connected);
        return false;
    case Availability::stale:
        fail(NetError::data_stale);
        return false;
    case Availability::ready:
        return true;
    }
    return false;
}

bool Call::permitted(Right right, std::string_view ups_name, std::string_view item) {
    switch (session.ask(right, ups_name, item)) {
    case Verdict::granted:
        return true;
    case Verdict::denied:
        fail(NetError::access_denied);
        return false;
    case Verdict::pending:
        suspended = true;
        return false;
    }
    return false;
}

}  // namespace ups::upsd
