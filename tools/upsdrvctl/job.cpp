// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/job.hpp"

namespace ups::upsdrvctl {

std::size_t JobRunner::run() {
    begin_more();
    if (running_ > 0) loop_.run();
    return failed_;
}

void JobRunner::begin_more() {
    if (beginning_) return;  // a job that ends at once comes back here
    beginning_ = true;
    while (next_ < jobs_.size() && running_ < at_once_) {
        Job& job = *jobs_[next_++];
        ++running_;
        job.on_finish([this](Outcome outcome) { end_one(outcome); });
        job.begin();
    }
    beginning_ = false;
}

void JobRunner::end_one(Outcome outcome) {
    --running_;
    if (outcome == Outcome::failed) ++failed_;
    begin_more();
    if (running_ == 0 && next_ == jobs_.size()) loop_.stop();
}

void JobRunner::cancel() {
    failed_ += jobs_.size() - next_;
    next_ = jobs_.size();
    for (const auto& job : jobs_) job->cancel();
}

}  // namespace ups::upsdrvctl
