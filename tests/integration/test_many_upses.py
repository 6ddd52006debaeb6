# SPDX-License-Identifier: Apache-2.0
"""A thousand UPSes on one server."""

import signal

from support import ManyDrivers, Ups, wait_for

COUNT = 1000


def test_a_thousand_upses_are_served_pushed_and_reloaded(site):
    site.write_ups_conf([Ups(f"u{i}") for i in range(COUNT)])
    drivers = ManyDrivers(site.state, COUNT, site.owner)
    try:
        server = site.start_upsd()
        client = site.client(timeout=30)

        def all_answer():
            client.send(*(f"GET VAR u{i} ups.id" for i in range(COUNT)))
            return client.lines(COUNT) == [f'VAR u{i} ups.id "id {i}"' for i in range(COUNT)]
        wait_for(all_answer, 20, "all UPSes answer")
        assert len(client.ask_list("LIST UPS")) == COUNT

        subscriber = site.client(timeout=30)
        for number in range(COUNT):
            assert subscriber.subscribe(f"u{number}", "ups.status") == [f'VAR u{number} ups.status "OL"']
        for number in range(COUNT):
            drivers.send(number, 'SETINFO ups.status "OB"\n')
        told = {subscriber.line() for _ in range(COUNT)}
        assert told == {f'EVENT VAR u{i} ups.status "OB"' for i in range(COUNT)}

        site.write_ups_conf([Ups(f"u{i}") for i in range(0, COUNT, 2)])
        server.signal(signal.SIGHUP)
        wait_for(lambda: len(client.ask_list("LIST UPS")) == COUNT // 2)
        assert client.var("u998", "ups.id") == "id 998"
        assert client.ask("GET VAR u999 ups.id") == "ERR UNKNOWN-UPS"
        gone = {subscriber.line() for _ in range(COUNT // 2)}
        assert gone == {f"EVENT GONE u{i}" for i in range(1, COUNT, 2)}
    finally:
        drivers.stop()
