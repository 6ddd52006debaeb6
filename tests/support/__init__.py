# SPDX-License-Identifier: Apache-2.0
"""What tests of whole programs share. Read README.md first, then site.py."""

from .client import Client, quote
from .dev_file import read_dev, write_dev
from .fake_driver import FakeDriver
from .fake_server import FakeServer
from .many_drivers import ManyDrivers
from .monitor import Monitor
from .netns import need_hosts
from .process import Process, command_line_of
from .programs import OURS, STOCK, Programs, build_root, need_stock
from .room import Room
from .site import Site, Ups, User
from .wait import wait_for

__all__ = ["Client", "FakeDriver", "FakeServer", "ManyDrivers", "Monitor", "OURS", "Process", "Programs", "Room",
           "STOCK", "Site", "Ups", "User", "build_root", "command_line_of", "need_hosts", "need_stock", "quote",
           "read_dev", "wait_for", "write_dev"]
