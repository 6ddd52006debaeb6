# SPDX-License-Identifier: Apache-2.0
"""A private installation: directories, ports, configuration, running programs, and a clean end."""

import contextlib
import dataclasses
import itertools
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from . import dev_file, leftovers
from .client import Client
from .fake_driver import FakeDriver
from .process import Process, processes_with, tcp_connections
from .programs import OURS, STOCK, Programs
from .wait import STRETCH, wait_for

ACCOUNT = "nut"  # what daemons and drivers become when root starts them


@dataclasses.dataclass
class Ups:
    """A section of ups.conf. `options`: further `key = value`; None as value makes a flag."""
    name: str
    driver: str = "dummy-ups"
    port: str = "auto"
    desc: str | None = None
    options: dict = dataclasses.field(default_factory=dict)

    def text(self):
        lines = [f"[{self.name}]", f"    driver = {self.driver}", f"    port = {quoted(self.port)}"]
        if self.desc is not None:
            lines.append(f"    desc = {quoted(self.desc)}")
        lines += [f"    {key}" if value is None else f"    {key} = {quoted(str(value))}"
                  for key, value in self.options.items()]
        return "\n".join(lines) + "\n"


@dataclasses.dataclass
class User:
    """A section of upsd.users."""
    name: str
    password: str
    actions: str = ""
    instcmds: str = ""
    upsmon: str = ""

    def text(self):
        lines = [f"[{self.name}]", f"    password = {self.password}"]
        if self.actions:
            lines.append(f"    actions = {self.actions}")
        if self.instcmds:
            lines.append(f"    instcmds = {self.instcmds}")
        if self.upsmon:
            lines.append(f"    upsmon {self.upsmon}")
        return "\n".join(lines) + "\n"


USERS = [User("admin", "adminpass", "SET FSD", "ALL"),
         User("mon1", "pass1", upsmon="primary"),
         User("mon2", "pass2", upsmon="secondary")]


class Site:
    """Private directories `conf` and `state` below a short path, one port, and what runs there.

    Everything started here ends with `close()`, which also checks what is left."""

    def __init__(self, state=None):
        """`state`: the state directory of another site, to share its drivers."""
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="ups-", dir="/tmp"))
        self.conf = self.root / "conf"
        self.state = state or self.root / "state"
        self.logs = self.root / "log"
        for folder in (self.conf, self.state, self.logs):
            folder.mkdir(exist_ok=True)
        self.owner = account_ids()
        os.chmod(self.root, 0o755)
        for folder, mode in ((self.conf, 0o750), (self.state, 0o770)):
            os.chmod(folder, mode)
            if self.owner:
                os.chown(folder, *self.owner)
        # A site that shares another's drivers keeps its own pid files.
        self.pids = self.state if state is None else self.conf
        self.address = "127.0.0.1"  # where the server listens
        self.port = free_port()
        self.chronicle = None  # one that the output of programs goes through
        self.processes = []
        self.clients = []
        self.fakes = []
        self._marker = f"UPS_TEST_SITE={self.root}"
        self.write_upsd_conf()
        self.write_users(USERS)
        self.write_ups_conf([])

    # Configuration.

    def write(self, name, text):
        """Writes a file of the configuration directory as the daemons want it: not for everyone."""
        path = self.conf / name
        path.write_text(text, encoding="utf-8")
        os.chmod(path, 0o640)
        if self.owner:
            os.chown(path, *self.owner)
        return path

    def write_ups_conf(self, upses, head=""):
        """`upses`: `Ups` rows; `head`: global lines."""
        return self.write("ups.conf", head + "\n" + "\n".join(ups.text() for ups in upses))

    def write_upsd_conf(self, text=""):
        """upsd.conf: the LISTEN line of this site, and `text`."""
        return self.write("upsd.conf", f"LISTEN {self.address} {self.port}\n{text}")

    def write_users(self, users):
        return self.write("upsd.users", "\n".join(user.text() for user in users))

    def write_dev(self, name, variables):
        """A dump for the dummy driver; returns its name, which goes into `port`."""
        dev_file.write_dev(self.conf / name, variables)
        self.write(name, (self.conf / name).read_text(encoding="utf-8"))
        return name

    # Programs.

    def env(self, **more):
        env = {key: value for key, value in os.environ.items() if not key.startswith("NUT_")}
        env.update(NUT_CONFPATH=str(self.conf), NUT_STATEPATH=str(self.state),
                   NUT_ALTPIDPATH=str(self.pids), NUT_PIDPATH=str(self.pids),
                   NUT_QUIET_INIT_SSL="true", UPS_TEST_SITE=str(self.root), LC_ALL="C.UTF-8")
        env[leftovers.NAME] = leftovers.run_marker()
        env.update(more)
        return env

    def spawn(self, name, argv, env=None, make=OURS, user=None):
        """Starts a program in the foreground and keeps it until `close()`. One of ours must then end
        with status 0."""
        count = sum(1 for process in self.processes if process.name.startswith(name))
        label = name if not count else f"{name}.{count}"
        path = self.logs / f"{label}.log"
        out = self.chronicle.pipe(name, path) if self.chronicle else None
        process = Process(label, argv, env or self.env(), path, cwd=self.root, user=user, out=out)
        process.make = make
        self.processes.append(process)
        return process

    def start_upsd(self, make=OURS, args=(), env=None, under=()):
        """Starts a server and waits until it answers on the site's port. `under`: words of a program
        that runs it (`prlimit` and the like)."""
        upsd = self.spawn("upsd" if make == OURS else "stock-upsd",
                          [*under, Programs(make).path("upsd"), "-F", *run_as(), *args], env, make)
        upsd.wait_until(self.answers, what=f"answers on port {self.port}")
        return upsd

    def answers(self):
        try:
            with self.connect(timeout=2) as client:
                return client.ask("NETVER") == "1.3"
        except OSError:
            return False

    def start_driver(self, ups, make=OURS, program="dummy-ups", args=(), env=None, under=()):
        """Starts the driver of a section and waits for its socket. `under`: as for `start_upsd`."""
        driver = self.spawn(f"{program}-{ups}",
                            [*under, Programs(make).driver(program), "-a", ups, "-F", *run_as(), *args],
                            env, make)
        driver.wait_until(lambda: accepts(self.socket_path(ups, program), driver.pid), what="listens")
        return driver

    def start_upsmon(self, name, text):
        """Starts the stock monitor with this upsmon.conf, in a directory of its own. It runs as an
        account that cannot write the system's pid directory (2.8.0 has no variable for that), so that
        several can run, and never beside the system's own."""
        folder = self.root / name
        folder.mkdir()
        os.chmod(folder, 0o777)
        (folder / "upsmon.conf").write_text(text, encoding="utf-8")
        return self.spawn(name, [Programs(STOCK).path("upsmon"), "-D", "-p"],
                          self.env(NUT_CONFPATH=str(folder)), STOCK,
                          user="nobody" if os.getuid() == 0 else None)

    def running(self):
        """Pids of all processes that were started for this site, by others too."""
        return processes_with(self._marker)

    @staticmethod
    def stock_drivers():
        """The folder of the stock driver programs, for `driverpath`."""
        return Programs(STOCK).driver_folder

    def socket_path(self, ups, program="dummy-ups"):
        return self.state / f"{program}-{ups}"

    def fake_driver(self, ups, variables=None, commands=(), program="dummy-ups"):
        fake = FakeDriver(self.socket_path(ups, program), variables, commands, self.owner)
        self.fakes.append(fake)
        return fake

    def run(self, name, *args, make=OURS, env=None, stdin="", within=30.0):
        """Runs a tool to its end: a `subprocess.CompletedProcess` with text in stdout and stderr. The
        stock tools' line about a certificate database is taken out of stderr."""
        done = subprocess.run([Programs(make).path(name), *map(str, args)], env=env or self.env(),
                              cwd=self.root, input=stdin, capture_output=True, text=True,
                              timeout=within * STRETCH, check=False)
        done.stderr = "".join(line for line in done.stderr.splitlines(keepends=True)
                              if "Init SSL without certificate database" not in line)
        return done

    def at(self, ups):
        """`ups@host:port` of this site."""
        return f"{ups}@{self.address}:{self.port}"

    def connect(self, timeout=10.0):
        """A connection to the server, for the caller to close."""
        return Client(self.port, self.address, timeout)

    def client(self, timeout=10.0):
        client = self.connect(timeout)
        self.clients.append(client)
        return client

    def idle_descriptors(self, server):
        """How many descriptors a server has when it has let go of all its clients; waits for that."""
        self.answers()  # so that it has taken all who came before
        wait_for(lambda: not tcp_connections(server.pid),
                 what=lambda: f"no connection: {tcp_connections(server.pid)}")
        return len(server.descriptors())

    def wait_var(self, ups, name, value, within=15.0):
        """Waits until the server shows this value of a variable."""
        with self.connect() as client:
            wait_for(lambda: client.var(ups, name) == value, within,
                     lambda: f"{name} of {ups} is {value!r}: "
                             + client.ask(f"GET VAR {ups} {name}"))

    def wait_reply(self, request, reply, within=15.0):
        """Waits until the server gives this one-line reply."""
        with self.connect() as client:
            wait_for(lambda: client.ask(request) == reply, within,
                     lambda: f"{request!r} answered with {reply!r}: " + client.ask(request))

    # The end.

    def close(self):
        """Ends everything and returns the list of what was wrong: a server that keeps a connection of
        a client that is gone, a program of ours that does not end well, a process or file left."""
        problems = []
        for client in self.clients:
            client.close()
        problems += self._connections_left()
        for fake in self.fakes:
            fake.stop()
        for process in reversed(self.processes):
            problems += self._end(process)
        try:  # what a test has told to end may take a moment: sanitizers look for leaks then
            wait_for(lambda: not self.running(), 3)
        except AssertionError:
            pass
        for pid in self.running():
            problems.append(f"process left: {pid} {command_line(pid)}")
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        problems += [f"{process.name}: {line}" for process in self.processes
                     for line in process.log().splitlines()
                     if "ERROR: AddressSanitizer" in line or "runtime error:" in line
                     or "ERROR: LeakSanitizer" in line or "WARNING: ThreadSanitizer" in line]
        return problems

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def _connections_left(self):
        problems = []
        for process in self.processes:
            if not process.is_running() or not process.name.startswith("upsd"):
                continue
            try:
                process.thaw()
                wait_for(lambda p=process: not self._widowed(p), 15)
            except AssertionError:
                problems.append(f"{process.name} keeps connections {tcp_connections(process.pid)}")
        return problems

    def _widowed(self, server):
        """The clients' ports of connections that are not over although no program of this site has the other end."""
        tables = {}
        held = {remote for local, remote in tcp_connections(server.pid, tables) if local == self.port}
        return held and held - {local for pid in self.running() for local, _ in connections_of(pid, tables)}

    @staticmethod
    def _end(process):
        if not process.is_running():
            return []
        try:
            status = process.stop()
        except AssertionError as error:
            return [str(error)]
        return [f"{process.name} ended with {status}"] if status and process.make == OURS else []

    def log_text(self):
        """All logs, for the report of a failed test."""
        return "".join(f"--- {path.name}\n{path.read_text(errors='replace')[-20000:]}\n"
                       for path in sorted(self.logs.iterdir()))


@contextlib.contextmanager
def ends_clean(place):
    """Gives a site and ends it: whatever is left then is an error."""
    try:
        yield place
    finally:
        problems = place.close()
        text = place.log_text() if problems else ""
        place.remove()
    assert not problems, "\n".join(problems) + "\n" + text


def connections_of(pid, tables):
    try:
        return tcp_connections(pid, tables)
    except OSError:  # it has just ended
        return []


def quoted(text):
    """A word for a configuration file."""
    plain = text and not set(text) & set(' \t"\\#=')
    return text if plain else '"' + "".join("\\" + c if c in '"\\#' else c for c in text) + '"'


def account_ids():
    """(uid, gid) of the daemons' account when root runs the tests and it exists, else None."""
    if os.getuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        return None
    return entry.pw_uid, entry.pw_gid


def run_as():
    """Options that keep a program root where there is no account to become."""
    return ["-u", "root"] if os.getuid() == 0 and account_ids() is None else []


class _Ports:
    """Loopback ports from outside the range that outgoing connections use, so that one stays free until a
    server takes it. Each test program has a block of its own, which an abstract Unix socket keeps."""

    SIZE = 200

    def __init__(self):
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            lowest = int(file.read().split()[0])
        for first in range(10000, lowest - self.SIZE, self.SIZE):
            self._claim = socket.socket(socket.AF_UNIX)
            try:
                self._claim.bind(f"\0ridethrough-test-ports-{first}")
            except OSError:
                self._claim.close()
                continue
            self._ports = itertools.cycle(range(first, first + self.SIZE))
            return
        raise RuntimeError("no free ports")

    def take(self):
        for port in itertools.islice(self._ports, self.SIZE):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return port
        raise RuntimeError("no free port")


_ports = _Ports()


def free_port():
    """A loopback port that nobody uses now, and no other test program will take."""
    return _ports.take()


def accepts(path, pid="self"):
    """Whether somebody in the network of a process listens on a Unix socket. (Looks, does not connect: stock
    drivers do not notice the end of a connection.)"""
    with open(f"/proc/{pid}/net/unix", encoding="ascii", errors="replace") as file:
        return any(line.endswith(f" {path}\n") and line.split()[3] == "00010000" for line in file)


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "?"
