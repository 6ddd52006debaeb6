// SPDX-License-Identifier: Apache-2.0
/// upsmon-webhook SECONDS: posts what it reads on standard input (request.hpp) within that time.
/// upsmon runs it.
#include "lib/base/build_info.hpp"
#include "lib/base/text.hpp"
#include "tools/upsmon/webhook/request.hpp"

#include <array>
#include <cstdlib>
#include <curl/curl.h>
#include <memory>
#include <unistd.h>

namespace {

using namespace ups::upsmon;

constexpr std::size_t kMaxInput = std::size_t{64} * 1024;

struct CurlFree {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct ListFree {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using CurlPtr = std::unique_ptr<CURL, CurlFree>;
using ListPtr = std::unique_ptr<curl_slist, ListFree>;

std::string read_all() {
    std::string input;
    std::array<char, 4096> bytes{};
    while (input.size() < kMaxInput) {
        const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got <= 0) break;
        input.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return input;
}

void append(ListPtr& list, const std::string& header) {
    if (curl_slist* longer = curl_slist_append(list.get(), header.c_str())) {
        (void)list.release();
        list.reset(longer);
    }
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

PostStatus status_of_failure(CURLcode code) {
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return PostStatus::untrusted;
    case CURLE_OPERATION_TIMEDOUT:
        return PostStatus::slow;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return PostStatus::unusable;
    default:
        return PostStatus::unreachable;
    }
}

void trust(CURL* curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    // The library does not look at these itself, as everything else that uses OpenSSL does.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0')
        curl_easy_setopt(curl, CURLOPT_CAINFO, file);
    if (const char* folder = std::getenv("SSL_CERT_DIR"); folder != nullptr && *folder != '\0')
        curl_easy_setopt(curl, CURLOPT_CAPATH, folder);
}

PostStatus post(const PostRequest& request, long seconds) {
    const CurlPtr handle(curl_easy_init());
    if (!handle) return PostStatus::unreachable;
    CURL* curl = handle.get();
    ListPtr headers;
    append(headers, "Content-Type: application/json");
    append(headers, "Expect:");  // no round trip more for a small body
    for (const std::string& header : request.headers)
        append(headers, header);
    const std::string agent = std::string(ups::kProduct) + "/" + std::string(ups::kVersion);
    trust(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
    // http:// is for this host only, and a proxy is none.
    if (ups::istarts_with(request.url, "http://")) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    const CURLcode code = curl_easy_perform(curl);
    long answer = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    // An answer may break off behind its code: what counts is there.
    if (code != CURLE_OK && (answer == 0 || code == CURLE_OPERATION_TIMEDOUT))
        return status_of_failure(code);
    return status_of_answer(answer);
}

}  // namespace

int main(int argc, char** argv) {
    const auto seconds = ups::parse_integer(argc == 2 ? argv[1] : "");
    const auto request = from_input(read_all());
    if (!seconds || *seconds < 1 || *seconds > 86400 || !request)
        return static_cast<int>(PostStatus::unusable);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const PostStatus status = post(*request, static_cast<long>(*seconds));
    curl_global_cleanup();
    return static_cast<int>(status);
}
