# SPDX-License-Identifier: Apache-2.0
"""Fixtures for tests against programs that we did not write."""

import pytest

from support import STOCK, Site, need_stock


class Pair:
    """Our server and the stock one, with equal configuration and the same (fake) drivers."""

    def __init__(self, site):
        self.ours = site
        self.stock = Site(state=site.state)

    def configure(self, upses):
        self.ours.write_ups_conf(upses)
        self.stock.write_ups_conf(upses)

    def start(self):
        self.stock.start_upsd(STOCK)
        self.ours.start_upsd()

    def both(self):
        return self.ours, self.stock


@pytest.fixture
def pair(site):
    need_stock("upsd")
    made = Pair(site)
    yield made
    problems = made.stock.close()
    made.stock.remove()
    assert not problems, "\n".join(problems)
