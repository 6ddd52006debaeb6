# SPDX-License-Identifier: Apache-2.0
"""Many small drivers on one thread, for tests with hundreds of UPSes."""

import os
import resource
import selectors
import socket
import threading


class ManyDrivers:
    """Sockets `<folder>/<program>-<prefix>0` … `count`-1; all have the same few variables, and each its
    own `ups.id`. Answers DUMPALL and PING."""

    def __init__(self, folder, count, owner=None, program="dummy-ups", prefix="u"):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * count + 500)), hard))
        self._selector = selectors.DefaultSelector()
        self._paths = []
        self._clients = {}   # UPS number -> its connections
        for number in range(count):
            path = f"{folder}/{program}-{prefix}{number}"
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(path)
            os.chmod(path, 0o660)
            if owner:
                os.chown(path, *owner)
            listener.listen(8)
            self._paths.append(path)
            self._selector.register(listener, selectors.EVENT_READ, (number, True))
        self._wake_read, self._wake_write = os.pipe()
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def send(self, number, text):
        """Sends lines to whoever is connected to one UPS."""
        for client in self._clients.get(number, []):
            client.sendall(text.encode())

    def stop(self):
        os.write(self._wake_write, b"x")
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                key.fileobj.close()
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        for path in self._paths:
            os.unlink(path)

    def _serve(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                number, listens = key.data
                if listens:
                    client, _ = key.fileobj.accept()
                    client.settimeout(10)
                    self._clients.setdefault(number, []).append(client)
                    self._selector.register(client, selectors.EVENT_READ, (number, False))
                else:
                    self._read(key.fileobj, number)

    def _read(self, client, number):
        try:
            lines = client.recv(65536)
        except OSError:
            lines = b""
        if not lines:
            self._selector.unregister(client)
            self._clients[number].remove(client)
            client.close()
        if b"DUMPALL" in lines:
            client.sendall(f'SETINFO ups.status "OL"\nSETINFO ups.id "id {number}"\n'
                           'SETINFO battery.charge "100"\nDATAOK\nDUMPDONE\n'.encode())
        if b"PING" in lines:
            client.sendall(b"PONG\n")
