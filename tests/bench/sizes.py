# SPDX-License-Identifier: Apache-2.0
"""How much is measured, per mode."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Sizes:
    rounds: int          # interleaved rounds over the servers
    seconds: float       # length of one sample of a rate
    cpu_seconds: float   # length of one sample of processor time under a steady load
    upses: int           # of a large place
    clients: int         # of a large place
    storm: int           # connections that come at a steady rate
    storm_rate: int      # per second
    idle_tls: int        # idle TLS connections whose memory is measured
    updates: int         # driver updates per sample
    events: int          # updates per sample of the latency
    counted: int         # requests under callgrind
    traced: int          # requests under strace
    gap_seconds: float   # how long an honest client is watched
    stays: float         # how long the other one stays if the server waits for it
    interval: float = 5  # seconds between two questions of a client that polls as upsmon does


FULL = Sizes(rounds=5, seconds=0.4, cpu_seconds=20, upses=1000, clients=1000, storm=10000, storm_rate=1000,
             idle_tls=100, updates=400000, events=2000, counted=10000, traced=200, gap_seconds=1, stays=8)
QUICK = Sizes(rounds=3, seconds=0.12, cpu_seconds=2, upses=1000, clients=1000, storm=2000, storm_rate=1000,
              idle_tls=50, updates=80000, events=300, counted=2000, traced=50, gap_seconds=0.5, stays=2)
# Shows that each row can be measured at all; its figures mean nothing.
TINY = Sizes(rounds=1, seconds=0.02, cpu_seconds=0.1, upses=3, clients=5, storm=20, storm_rate=1000,
             idle_tls=3, updates=500, events=20, counted=20, traced=10, gap_seconds=0.05, stays=0.1,
             interval=0.1)
