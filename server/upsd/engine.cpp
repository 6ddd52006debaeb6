// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/engine.hpp"

#include "lib/base/text.hpp"
#include "server/upsd/session.hpp"
#include "server/upsd/subscription.hpp"

#include <utility>

namespace ups::upsd {

Engine::Engine(const EngineParts& parts, Settings settings)
    : parts_(parts), settings_(std::move(settings)), tokenizer_(settings_.charset),
      driver_tokenizer_(settings_.charset), tracking_(parts.clock, parts.random) {
    tracking_.set_delay(settings_.tracking_delay);
    (void)registry_.apply(settings_, link_parts());
}

Engine::~Engine() = default;

DriverLinkParts Engine::link_parts() {
    return {parts_.clock, parts_.logger, tracking_, parts_.audit, driver_tokenizer_};
}

RegistryChange Engine::apply(Settings settings) {
    if (settings.charset != settings_.charset) {
        tokenizer_ = Tokenizer(settings.charset);
        driver_tokenizer_ = Tokenizer(settings.charset);
    }
    requests_.clear();
    settings_ = std::move(settings);
    ++access_epoch_;
    tracking_.set_delay(settings_.tracking_delay);
    RegistryChange change = registry_.apply(settings_, link_parts());
    for (const auto& ups : change.removed) {
        while (!ups->attached.empty())
            ups->attached.back()->ups_removed(*ups);
        while (!ups->subscriptions.empty()) {
            Session& session = ups->subscriptions.back()->session;
            session.ups_removed(*ups);
        }
    }
    return change;
}

Request Engine::understand(const LineWords& words) const {
    Request request{.word = words.words.front(),
                    .args = words.words.subspan(1),
                    .verb = commands_.find(words.words.front()),
                    .cut = words.truncated || words.surplus};
    if (request.verb == nullptr) return request;
    request.row = request.verb->alone;
    if (!request.verb->subs.empty() && !request.args.empty()) {
        request.row = CommandTable::find_sub(*request.verb, request.args.front());
        if (request.row != nullptr) {
            request.word = request.args.front();
            request.args = request.args.subspan(1);
        }
    }
    if (request.row == nullptr) return request;
    request.is_draft =
        request.row->alias_kind == Alias::draft && iequals(request.word, request.row->alias);
    if (request.row->access == Access::read && !request.args.empty())
        request.named = registry_.find(request.args.front());
    request.is_canonical =
        request.named != nullptr && request.named->settings.name == request.args.front();
    return request;
}

void Engine::driver_connected(Ups& ups, DriverOutput& output) {
    ups.link.connected(output);
    publish(ups);
}

void Engine::driver_bytes(Ups& ups, std::string_view bytes) {
    ups.link.on_bytes(bytes);
    publish(ups);
}

void Engine::driver_lost(Ups& ups) {
    ups.link.disconnected();
    publish(ups);
}

void Engine::driver_time(Ups& ups, Instant now) {
    ups.link.on_time(now);
    publish(ups);
}

void Engine::publish(Ups& ups) {
    for (Subscription* const one : ups.subscriptions)
        if (one->has_news()) one->session.note_events(*one);
}

}  // namespace ups::upsd
