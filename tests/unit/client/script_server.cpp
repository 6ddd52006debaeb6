// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/client/script_server.hpp"

#include "lib/tls/tls_io.hpp"

#include <algorithm>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ups::client {

ScriptServer::ScriptServer(Loop& loop, tls::TlsContextPtr tls, Start start)
    : loop_(loop), tls_(std::move(tls)), start_(start) {
    auto bound = bind_tcp("127.0.0.1", 0);
    if (!bound) return;
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(bound->front().fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listener_ = std::make_unique<Listener>(loop, std::move(bound->front()),
                                           [this](Fd fd, SocketAddress) { accept(std::move(fd)); });
}

void ScriptServer::accept(Fd fd) {
    ++accepted_;
    std::unique_ptr<ByteIo> io;
    if (start_ == Start::tls)
        io = tls::TlsIo::server(tls_, std::move(fd));
    else
        io = std::make_unique<PlainIo>(std::move(fd));
    streams_.push_back(
        std::make_unique<Stream>(loop_, std::move(io), static_cast<StreamHandler&>(*this)));
}

void ScriptServer::on_bytes(Stream& stream, std::string_view bytes) {
    std::string& text = partial_[&stream];
    text += bytes;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
        const std::string line = text.substr(0, end);
        text.erase(0, end + 1);
        received_.push_back(line);
        answer(stream, line);
    }
}

void ScriptServer::answer(Stream& stream, const std::string& line) {
    const auto row = replies.find(line);
    if (line == "STARTTLS" && tls_ != nullptr && row == replies.end()) {
        stream.send("OK STARTTLS\n");
        stream.upgrade([this](Fd fd) { return tls::TlsIo::server(tls_, std::move(fd)); });
        return;
    }
    if (row == replies.end()) return stream.send("ERR UNKNOWN-COMMAND\n");
    if (row->second == "DROP") return stream.finish();
    stream.send(row->second);
}

void ScriptServer::on_end(Stream& stream, StreamEnd) {
    partial_.erase(&stream);
    std::erase_if(streams_, [&stream](const auto& held) { return held.get() == &stream; });
}

void ScriptServer::push(std::string_view text) {
    for (const auto& stream : streams_)
        stream->send(text);
}

void ScriptServer::drop() {
    for (const auto& stream : streams_)
        stream->finish();
}

}  // namespace ups::client
