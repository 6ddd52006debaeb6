#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A driver process whose one reading tells when it was made, so that a stale one gives itself away:
`ups.serial` is `COUNTER:MILLISECONDS:CHECK`, on the monotonic clock of the machine, new every 20 ms.

Usage: stamp_driver.py SOCKET [UID GID]        ends when it is killed, and may be, at any moment"""

import os
import selectors
import socket
import sys
import time
import zlib

EVERY = 0.02


def stamp(counter):
    text = f"{counter}:{time.monotonic_ns() // 1_000_000}"
    return f"{text}:{zlib.crc32(text.encode()):08x}"


def made_at(value):
    """When a reading was made, in seconds; ValueError if it is not whole."""
    text, _, check = value.rpartition(":")
    if f"{zlib.crc32(text.encode()):08x}" != check:
        raise ValueError(f"damaged reading {value!r}")
    return int(text.split(":")[1]) / 1000


def listen(path, owner):
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o660)
    if owner:
        os.chown(path, *owner)
    listener.listen(16)
    return listener


def main():
    path, *owner = sys.argv[1:]
    listener = listen(path, tuple(map(int, owner)))
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    clients, counter, due = [], 0, time.monotonic()

    def send(client, text):
        try:
            client.sendall(text.encode())
        except OSError:
            forget(client)

    def forget(client):
        if client in clients:
            clients.remove(client)
            selector.unregister(client)
            client.close()

    while True:
        for key, _ in selector.select(max(0.0, due - time.monotonic())):
            if key.fileobj is listener:
                client, _ = listener.accept()
                client.settimeout(5)
                clients.append(client)
                selector.register(client, selectors.EVENT_READ)
                continue
            try:
                lines = key.fileobj.recv(4096)
            except OSError:
                lines = b""
            if not lines:
                forget(key.fileobj)
            if b"DUMPALL" in lines:
                send(key.fileobj, f'SETINFO ups.status "OL"\nSETINFO ups.serial "{stamp(counter)}"\nDATAOK\nDUMPDONE\n')
            if b"PING" in lines:
                send(key.fileobj, "PONG\n")
        if time.monotonic() >= due:
            counter += 1
            due = time.monotonic() + EVERY
            for client in list(clients):
                send(client, f'SETINFO ups.serial "{stamp(counter)}"\n')


if __name__ == "__main__":
    main()
