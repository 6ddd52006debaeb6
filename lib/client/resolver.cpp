// SPDX-License-Identifier: Apache-2.0
#include "lib/client/resolver.hpp"

#include "lib/base/fd.hpp"
#include "lib/base/text.hpp"

#include <csignal>
#include <cstring>
#include <netdb.h>
#include <optional>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ups::client {
namespace {

addrinfo hints_for(int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    return hints;
}

/// Takes over `found`.
Result<std::vector<Endpoint>> to_endpoints(int status, addrinfo* found) {
    std::vector<Endpoint> endpoints;
    for (const addrinfo* at = status == 0 ? found : nullptr; at != nullptr; at = at->ai_next) {
        Endpoint endpoint;
        if (at->ai_addrlen > sizeof endpoint.address) continue;
        std::memcpy(&endpoint.address, at->ai_addr, at->ai_addrlen);
        endpoint.size = at->ai_addrlen;
        endpoints.push_back(endpoint);
    }
    if (found != nullptr) freeaddrinfo(found);
    if (endpoints.empty()) return fail(ErrorCode::not_found, "No such host");
    return endpoints;
}

Result<std::vector<Endpoint>> look_up_now(const std::string& host, std::uint16_t port, int flags) {
    const addrinfo hints = hints_for(flags);
    addrinfo* found = nullptr;
    const int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    return to_endpoints(status, status == 0 ? found : nullptr);
}

/// An answer that is there already, handed over from the loop.
class Ready final : public Resolver::Lookup {
  public:
    Ready(Loop& loop, Result<std::vector<Endpoint>> found, Resolver::Done done)
        : found_(std::move(found)), done_(std::move(done)) {
        loop.defer([this, alive = alive_] {
            if (!*alive) return;
            auto call = std::move(done_);
            call(std::move(found_));
        });
    }
    ~Ready() override { *alive_ = false; }

  private:
    Result<std::vector<Endpoint>> found_;
    Resolver::Done done_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // shared with the deferred call
};

/// One getaddrinfo_a request. Owned by the `Background` look-up and, until the C library has called
/// back, by its thread: a request that cannot be cancelled any more must stay in memory.
struct Job {
    Job() = default;
    ~Job() {
        if (request.ar_result != nullptr) freeaddrinfo(request.ar_result);
    }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    std::string host, port;
    addrinfo hints{};
    gaicb request{};
    Fd done;  // an eventfd: the one thing the library's thread touches
    std::shared_ptr<Job> kept_by_library;
};

void on_library_thread(sigval value) {
    auto* job = static_cast<Job*>(value.sival_ptr);
    const std::shared_ptr<Job> last = std::move(job->kept_by_library);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t put = write(last->done.get(), &one, sizeof one);
}

class Background final : public Resolver::Lookup {
  public:
    Background(Loop& loop, std::shared_ptr<Job> job, Resolver::Done done)
        : job_(std::move(job)), done_(std::move(done)),
          watch_(loop, job_->done.get(), Interest::read, [this](Interest) { finish(); }) {}

  private:
    void finish() {
        watch_.want(Interest::none);
        addrinfo* found = std::exchange(job_->request.ar_result, nullptr);
        auto endpoints = to_endpoints(gai_error(&job_->request), found);
        auto call = std::move(done_);
        call(std::move(endpoints));  // may destroy this
    }

    std::shared_ptr<Job> job_;
    Resolver::Done done_;
    IoWatch watch_;
};

std::shared_ptr<Job> start_job(const std::string& host, std::uint16_t port) {
    auto job = std::make_shared<Job>();
    job->host = host;
    job->port = std::to_string(port);
    job->hints = hints_for(AI_ADDRCONFIG);
    job->request.ar_name = job->host.c_str();
    job->request.ar_service = job->port.c_str();
    job->request.ar_request = &job->hints;
    job->done = Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!job->done) return nullptr;
    sigevent notify{};
    notify.sigev_notify = SIGEV_THREAD;
    notify.sigev_value.sival_ptr = job.get();
    notify.sigev_notify_function = &on_library_thread;
    gaicb* requests[] = {&job->request};
    job->kept_by_library = job;
    if (getaddrinfo_a(GAI_NOWAIT, requests, 1, &notify) != 0) {
        job->kept_by_library.reset();
        return nullptr;
    }
    return job;
}

/// What needs no question to anyone.
std::optional<Result<std::vector<Endpoint>>> look_up_local(const std::string& host,
                                                           std::uint16_t port) {
    auto numeric = look_up_now(host, port, AI_NUMERICHOST);
    if (numeric) return numeric;
    // RFC 6761 §6.3: the loopback addresses, never a question to DNS.
    if (iequals(host, "localhost")) return look_up_now(host, port, 0);
    return std::nullopt;
}

}  // namespace

std::unique_ptr<Resolver::Lookup> BlockingResolver::look_up(const std::string& host,
                                                            std::uint16_t port, Done done) {
    return std::make_unique<Ready>(loop_, look_up_now(host, port, 0), std::move(done));
}

std::unique_ptr<Resolver::Lookup> BackgroundResolver::look_up(const std::string& host,
                                                              std::uint16_t port, Done done) {
    if (auto local = look_up_local(host, port))
        return std::make_unique<Ready>(loop_, std::move(*local), std::move(done));
    if (auto job = start_job(host, port))
        return std::make_unique<Background>(loop_, std::move(job), std::move(done));
    // Out of threads or descriptors: an answer that blocks is better than none.
    return std::make_unique<Ready>(loop_, look_up_now(host, port, 0), std::move(done));
}

}  // namespace ups::client
