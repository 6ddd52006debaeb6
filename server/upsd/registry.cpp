// SPDX-License-Identifier: Apache-2.0
#include "server/upsd/registry.hpp"

#include "lib/proto/net_reply.hpp"

#include <utility>

namespace ups::upsd {
namespace {

constexpr std::string_view kNoDescription = "Description unavailable";

} // namespace

Ups::Ups(const DriverLinkParts& parts, UpsSettings from, std::chrono::seconds max_age)
    : settings(std::move(from)), state(settings.name), link(parts, state, max_age) {}

void append_ups_line(std::string& out, const UpsSettings& ups) {
    proto::append_fact(out, {"UPS", ups.name},
                       ups.description.empty() ? kNoDescription : ups.description);
}

std::uint16_t Registry::number_of(std::string_view name) const {
    return index_.find(name, [this](std::uint16_t at) {
        return upses_[at] ? std::string_view(upses_[at]->settings.name) : std::string_view();
    });
}

Ups* Registry::find(std::string_view name) const {
    const std::uint16_t number = number_of(name);
    return number == vars::NameIndex::kNone ? nullptr : upses_[number].get();
}

std::unique_ptr<Ups> Registry::keep(const UpsSettings& settings, RegistryChange& change) {
    const std::uint16_t number = number_of(settings.name);
    if (number == vars::NameIndex::kNone || upses_[number]->settings.name != settings.name)
        return nullptr;
    Ups& ups = *upses_[number];
    if (ups.settings.socket_path != settings.socket_path) change.moved.push_back(&ups);
    ups.settings = settings;
    return std::move(upses_[number]);
}

RegistryChange Registry::apply(const Settings& settings, const DriverLinkParts& parts) {
    RegistryChange change;
    std::vector<std::unique_ptr<Ups>> next;
    vars::NameIndex index;
    list_.clear();
    next.reserve(settings.upses.size());
    const auto name_of = [&next](std::uint16_t at) -> std::string_view {
        return next[at]->settings.name;
    };
    for (const UpsSettings& one : settings.upses) {
        if (index.find(one.name, name_of) != vars::NameIndex::kNone) continue;
        if (auto kept = keep(one, change)) {
            kept->link.set_max_age(settings.max_age);
            next.push_back(std::move(kept));
        } else {
            next.push_back(std::make_unique<Ups>(parts, one, settings.max_age));
            change.added.push_back(next.back().get());
        }
        index.insert(one.name, static_cast<std::uint16_t>(next.size() - 1), name_of);
        append_ups_line(list_, one);
    }
    for (auto& left : upses_)
        if (left) change.removed.push_back(std::move(left));
    upses_ = std::move(next);
    index_ = std::move(index);
    return change;
}

} // namespace ups::upsd
