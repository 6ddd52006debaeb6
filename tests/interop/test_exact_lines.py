# SPDX-License-Identifier: Apache-2.0
"""What PyNUT and the programs descended from it send, and how they judge replies: whole lines, byte for
byte, read up to a text they build themselves."""

import socket

import pytest

from support import Ups


class PyNutStyle:
    """The dialogue of the PyNUT class, in our words: each method sends what it sends and insists on
    the reply that it insists on."""

    def __init__(self, port, user=None, password=None):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.buffer = b""
        if user:
            assert self.ask(f"USERNAME {user}\n")[:2] == "OK"
            assert self.ask(f"PASSWORD {password}\n")[:2] == "OK"

    def read_until(self, end):
        end = end.encode()
        while end not in self.buffer:
            chunk = self.sock.recv(4096)
            assert chunk, f"end of stream, wanted {end!r}, got {self.buffer!r}"
            self.buffer += chunk
        head, _, self.buffer = self.buffer.partition(end)
        return (head + end).decode("ascii")

    def ask(self, text):
        self.sock.sendall(text.encode("ascii"))
        return self.read_until("\n")

    def listing(self, what):
        self.sock.sendall(f"LIST {what}\n".encode("ascii"))
        first = self.read_until("\n")
        assert first == f"BEGIN LIST {what}\n", first
        end = f"END LIST {what}\n"
        body = self.read_until(end)
        return body[:-len(end)]

    def upses(self):
        """`UPS name "text"` lines, cut at the quotes as it does."""
        found = {}
        for line in self.listing("UPS").split("\n"):
            if line.startswith("UPS"):
                name, text = line[len("UPS "):-1].split('"')[0:2]
                found[name.replace(" ", "")] = text
        return found

    def values(self, kind, ups):
        """`VAR ups name "value"` lines, by fixed offsets as it does."""
        found = {}
        head = f"{kind} {ups} "
        for line in self.listing(f"{kind} {ups}").split("\n")[:-1]:
            assert line.startswith(head), line
            name, value = line[len(head):].split('"')[0].strip(), line.split('"')[1]
            found[name] = value
        return found

    def commands(self, ups):
        found = {}
        for line in self.listing(f"CMD {ups}").split("\n")[:-1]:
            name = line[len(f"CMD {ups} "):]
            text = self.ask(f"GET CMDDESC {ups} {name}\n")
            assert text.startswith("CMDDESC"), text
            found[name] = text[len(f"CMDDESC {ups} {name} ") + 1:-2]
        return found

    def close(self):
        self.sock.close()


@pytest.fixture
def served(site):
    site.write_ups_conf([Ups("alpha", desc="The rack"), Ups("Beta")])
    driver = site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "100"},
                              ["load.off", "load.on"])
    driver.describe("ups.id", "t1", "SETAUX ups.id 16", "SETFLAGS ups.id RW STRING")
    site.fake_driver("Beta", {"ups.status": "OL", "battery.charge": "50"})
    site.start_upsd()
    for ups in ("alpha", "Beta"):
        site.wait_var(ups, "ups.status", "OL")
    site.wait_reply("GET VAR alpha ups.id", 'VAR alpha ups.id "t1"')
    clients = []

    def connect(*credentials):
        clients.append(PyNutStyle(site.port, *credentials))
        return clients[-1]
    yield connect, driver
    for client in clients:
        client.close()


def test_lists_of_devices_variables_and_commands(served):
    client = served[0]()
    assert client.upses() == {"alpha": "The rack", "Beta": "Description unavailable"}
    assert client.values("VAR", "alpha") == {"battery.charge": "100", "ups.id": "t1", "ups.status": "OL"}
    assert client.values("VAR", "BETA") == {"battery.charge": "50", "ups.status": "OL"}
    assert client.values("RW", "alpha") == {"ups.id": "t1"}
    commands = client.commands("alpha")
    assert sorted(commands) == ["load.off", "load.on"]
    assert all(text for text in commands.values())


def test_the_exact_answers_to_orders(served):
    connect, driver = served
    client = connect("admin", "adminpass")
    assert client.ask("SET VAR alpha ups.id newname\n") == "OK\n"
    assert client.ask("INSTCMD alpha load.off\n") == "OK\n"
    driver.wait_line("INSTCMD load.off")
    assert client.ask("FSD alpha\n") == "OK FSD-SET\n"
    assert client.ask("HELP\n").startswith("Commands: ")
    assert client.ask("VER\n").count(" upsd ") == 1
    assert client.ask("LOGOUT\n") == "OK Goodbye\n"
    assert client.sock.recv(1) == b""


def test_the_exact_answers_to_monitors(served):
    client = served[0]("mon1", "pass1")
    assert client.ask("LOGIN alpha\n") == "OK\n"
    assert client.ask("PRIMARY alpha\n") == "OK PRIMARY-GRANTED\n"
    assert client.ask("MASTER alpha\n") == "OK MASTER-GRANTED\n"
    assert client.ask("GET NUMLOGINS alpha\n") == "NUMLOGINS alpha 1\n"
    assert client.listing("CLIENT alpha") == "CLIENT alpha 127.0.0.1\n"
    assert client.ask("FSD alpha\n") == "OK FSD-SET\n"
    assert client.ask("GET VAR alpha ups.status\n") == 'VAR alpha ups.status "FSD OL"\n'


def test_the_exact_errors(served):
    client = served[0]("admin", "wrong")
    assert client.ask("LOGIN alpha\n") == "ERR ACCESS-DENIED\n"
    assert client.ask("GET VAR nope ups.status\n") == "ERR UNKNOWN-UPS\n"
    assert client.ask("LIST VAR nope\n") == "ERR UNKNOWN-UPS\n"
    assert client.ask("NONSENSE\n") == "ERR UNKNOWN-COMMAND\n"
