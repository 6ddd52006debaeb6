# SPDX-License-Identifier: Apache-2.0
"""Thousands of connections at once: all are served, cost little, and leave nothing."""

import resource
import selectors
import socket
import time

import pytest

from support import Ups, wait_for
from support.process import tcp_connections
from support.programs import long_tests

COUNT = 10_000 if long_tests() else 1_000
PER_ADDRESS = 5_000
KIB_EACH = 4


@pytest.fixture(autouse=True)
def descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < COUNT + 500:
        pytest.skip(f"the limit of open files, {hard}, is too low for {COUNT} connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(port, number):
    sock = socket.socket()
    sock.setblocking(False)
    sock.bind((f"127.0.0.{2 + number // PER_ADDRESS}", 0))
    sock.connect_ex(("127.0.0.1", port))
    return sock


def answers(socks, request, within=60):
    """Sends a line on each as soon as it is connected; the distinct replies, and how many there were."""
    selector = selectors.DefaultSelector()
    for sock in socks:
        selector.register(sock, selectors.EVENT_WRITE)
    replies, end = [], time.monotonic() + within
    while len(replies) < len(socks) and time.monotonic() < end:
        for key, events in selector.select(1):
            if events & selectors.EVENT_WRITE:
                key.fileobj.sendall(request + b"\n")
                selector.modify(key.fileobj, selectors.EVENT_READ)
            else:
                replies.append(key.fileobj.recv(4096))
                selector.unregister(key.fileobj)
    selector.close()
    return set(replies), len(replies)


def test_thousands_of_connections(site):
    site.write_ups_conf([Ups("alpha")])
    driver = site.fake_driver("alpha", {"ups.status": "OL"})
    server = site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    descriptors = site.idle_descriptors(server)
    before = server.resident_kib()
    # The same instant for all: a queue of that length is what listen() asks for, and what the kernel allows.
    socks = [connect(site.port, number) for number in range(COUNT)]
    try:
        assert answers(socks, b"GET VAR alpha ups.status") == ({b'VAR alpha ups.status "OL"\n'}, COUNT)
        assert len(tcp_connections(server.pid)) == COUNT
        assert server.resident_kib() - before < KIB_EACH * COUNT + 8192
        driver.set("ups.status", "OB")
        site.wait_var("alpha", "ups.status", "OB", within=2)
        assert answers(socks, b"NETVER") == ({b"1.3\n"}, COUNT), "the connections stay usable"
    finally:
        for sock in socks:
            sock.close()
    wait_for(lambda: site.idle_descriptors(server) == descriptors, 20, "all descriptors back")
    site.wait_var("alpha", "ups.status", "OB", within=2)
