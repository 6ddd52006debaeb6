# SPDX-License-Identifier: Apache-2.0
"""A machine room: hosts of their own network on simulated UPSes, and a chronicle of what happens to them."""

import os
import re

from .certificates import Authority
from .chronicle import Chronicle
from .client import Client, quote
from .monitor import KINDS, Monitor
from .netns import Wire
from .programs import OURS, STOCK, Programs, stage
from .site import Site, Ups, User
from .wait import wait_for

HOOK = "usr/local/lib/systemd/system-shutdown/ridethrough"
MESSAGES = "".join(f'NOTIFYMSG {kind} "@@{kind} %s"\n' for kind in KINDS)
STOCK_KINDS = [kind for kind in KINDS if kind not in ("SHUTDOWN_HOSTSYNC", "AUTHFAIL", "CALLOFF")]


class SimUps:
    """A simulated UPS and its driver, which stays: it is the device."""

    def __init__(self, name, sock):
        self.name = name
        self._sock = sock

    def set(self, setting, value):
        self._sock.sendall(f"SET {setting} {quote(str(value))}\n".encode())

    def mains(self, state):
        self.set("sim.mains", state)

    def charge(self, percent):
        self.set("sim.battery.charge", percent)

    def close(self):
        self._sock.close()


class Room(Site):
    """The first host has the UPSes and their server."""

    def __init__(self, *hosts):
        super().__init__()
        self.wire = Wire(self)
        self.hosts = []
        for name in hosts:
            self.add_host(name)
        self.address, self.port = "*", 3493
        # Other hosts are served with TLS only.
        certificate = Authority(self.root / "ca").issue("power")
        self.write_upsd_conf(f"CERTFILE {certificate}\n")
        self.write_users([User("first", "pass1", instcmds="ALL", upsmon="primary"),
                          User("other", "pass2", upsmon="secondary")])
        self.chronicle = Chronicle()
        self.upses = []
        self.stock_monitors = []

    def add_host(self, name):
        """A host of this name: eight letters at most."""
        self.hosts.append(self.wire.add(name))
        return self.hosts[-1]

    def at(self, ups, host=None):
        """`ups@address` as a host has to say it; the first is where the server is."""
        return f"{ups}@localhost" if host in (None, self.hosts[0]) else f"{ups}@{self.hosts[0].address}"

    def connect(self, timeout=10.0):
        return Client(self.port, sock=self.hosts[0].connect("127.0.0.1", self.port, timeout), timeout=timeout)

    def start(self, *names):
        """The UPSes of these names, with delays of half a second, and the server."""
        options = {"offdelay": 1, "ondelay": 1, "timescale": 2, "pollinterval": 1, "noise": 0}
        self.write_ups_conf([Ups(name, driver="sim-ups", options=options) for name in names])
        for name in names:
            self.start_driver(name, program="sim-ups", under=self.hosts[0].under)
            self.upses.append(SimUps(name, self.chronicle.driver(name, self.socket_path(name, "sim-ups"))))
        server = self.start_server()
        for name in names:
            self.wait_var(name, "ups.status", "OL")
        return server

    def start_server(self):
        return self.start_upsd(under=self.hosts[0].under)

    def monitor(self, host, role="secondary", lines="", name=None, upses=None, **more):
        """A monitor of ours on a host, fed by all UPSes."""
        who = "first pass1 primary" if role == "primary" else "other pass2 secondary"
        lines_of_upses = [f"{self.at(ups, host)} 1 {who}" for ups in upses or self.names()]
        monitor = RoomMonitor(self, name or host.name, lines_of_upses, MESSAGES + "DEADTIME 30\n" + lines, **more)
        monitor.host = host
        for file in ("ups.conf", "nut.conf"):
            (monitor.folder / file).symlink_to(self.conf / file)
        return monitor.start_again()

    def stock_monitor(self, host, lines=""):
        """Stock programs on a host, as a secondary fed by all UPSes; with a root parent, as in real life."""
        monitor = StockMonitor(self, host, lines)
        self.stock_monitors.append(monitor)
        return monitor

    def names(self):
        return [ups.name for ups in self.upses]

    def wait_clients(self, count, within=15.0):
        """Waits until so many are logged in to each UPS."""
        for name in self.names():
            self.wait_reply(f"GET NUMLOGINS {name}", f"NUMLOGINS {name} {count}", within)

    def late_step(self, monitor):
        """The last step of a shutdown, as systemd runs it when nothing else is left; what it says."""
        hook = self.root / "late-step"
        prefix = stage() / "usr/local"
        text = re.sub(r"(?m)^PATH=.*$", f"PATH={prefix}/sbin:{prefix}/bin:$PATH", (stage() / HOOK).read_text())
        hook.write_text(text)
        hook.chmod(0o755)
        done = monitor.host.run(hook, "poweroff", env=monitor.env(), timeout=60)
        return done.stdout + done.stderr

    def close(self):
        for host in self.hosts:
            host.join()
        for monitor in self.stock_monitors:
            monitor.stop()
        for ups in self.upses:
            ups.close()
        problems = super().close()
        self.chronicle.close()
        return problems


class RoomMonitor(Monitor):
    """A monitor of ours on a host."""

    host = None

    def start_again(self):
        return self.start(under=self.host.under)

    def stop(self):
        """As the service manager does."""
        assert self.process.stop() == 0, self.process.log()


class StockMonitor:
    """The stock upsmon on a host."""

    def __init__(self, room, host, lines):
        self.room = room
        self.host = host
        self.folder = room.root / host.name
        self.folder.mkdir()
        self.mark = self.folder / "shutdown"
        text = "".join(f"MONITOR {room.at(ups, host)} 1 other pass2 secondary\n" for ups in room.names())
        text += (f'SHUTDOWNCMD "date +%s.%N > {self.mark}"\nPOWERDOWNFLAG {self.folder}/killpower\nMINSUPPLIES 1\n'
                 "POLLFREQ 1\nPOLLFREQALERT 1\nHOSTSYNC 10\nDEADTIME 30\nFINALDELAY 0\n")
        text += "".join(f'NOTIFYFLAG {kind} SYSLOG\nNOTIFYMSG {kind} "@@{kind} %s"\n' for kind in STOCK_KINDS)
        path = self.folder / "upsmon.conf"
        path.write_text(text + lines, encoding="utf-8")
        os.chmod(path, 0o640)
        if room.owner:
            os.chown(path, *room.owner)
        self.process = None
        self.start_again()

    def start_again(self):
        self.host.path("/run/nut/upsmon.pid").unlink(missing_ok=True)  # as a host that starts clears its /run
        self.process = self.room.spawn(self.host.name, [*self.host.under, Programs(STOCK).path("upsmon"), "-D"],
                                       self.room.env(NUT_CONFPATH=str(self.folder)), STOCK)

    def stop(self):
        """On command: its parent leaves the other process behind when it gets a signal."""
        other = int(self.host.path("/run/nut/upsmon.pid").read_text())
        if self.process.is_running():
            self.host.run(Programs(STOCK).path("upsmon"), "-c", "stop", check=False)
            self.process.wait_end()
        wait_for(lambda: other not in self.room.running(), what=self.process.log)

    def wait_shutdown(self, within=15.0):
        return float(wait_for(lambda: self.mark.exists() and self.mark.read_text(), within,
                              lambda: f"{self.host.name} did not shut down\n{self.process.log()}"))
