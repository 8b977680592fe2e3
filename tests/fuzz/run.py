"""Long runs of random histories with seeds of their own: `make fuzz`, or this module with options."""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.fuzz.machine import Histories
from tests.fuzz.product import Product
from tests.support.postgres import Database

from anze.postgres import Cluster
from claims.migrations import migrate

HISTORIES, STEPS = 20, 60
"""How many histories share a seed, and how many steps each has."""
APART = 100_000
"""Between the seeds of two processes."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process did."""

    tally: Counter[str]
    failure: str | None
    """What a failing history was, in its shortest form, and how to see it again."""


def play(seed_: int, *, steps: int, until: float, shrink: bool = True) -> Ran:
    """Play histories, seed after seed, until so many steps are done, the time is over (monotonic), or one fails."""
    folder = Path(tempfile.mkdtemp(prefix="anze-fuzz-"))
    try:
        with Cluster(folder, durable=False) as cluster:
            cluster.create_database("fuzz")
            migrate(cluster.url("fuzz"), sandbox=True)
            with Product(Database(cluster, "fuzz")) as product:
                return _play_on(product, seed_, steps=steps, until=until, shrink=shrink)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play_on(product: Product, seed_: int, *, steps: int, until: float, shrink: bool) -> Ran:
    Histories.product, Histories.tally = product, Counter()
    while Histories.tally["steps"] < steps and time.monotonic() < until:
        try:
            run_state_machine_as_test(seed(seed_)(Histories), settings=bounded(HISTORIES, shrink=shrink))
        except Exception:  # noqa: BLE001 - whatever it is, it is what was looked for
            again = f"Again: {Path(sys.executable).name} -m tests.fuzz.run --processes 1 --steps 1 --seed {seed_}"
            return Ran(Histories.tally, f"{traceback.format_exc()}\n{again}")
        seed_ += 1
    return Ran(Histories.tally, None)


def bounded(histories: int, *, shrink: bool = True, derandomize: bool = False) -> settings:
    """Return how hypothesis is to play: it keeps no examples, a seed is enough to see one again."""
    return settings(
        max_examples=histories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
        suppress_health_check=list(HealthCheck),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Play in several processes, print what happened, and return 1 if a history failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=50_000, help="together, in all processes")
    parser.add_argument("--minutes", type=float, default=60.0, help="after which no more histories are begun")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)), help="as printed by an earlier run")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    seeds = [given.seed + APART * process for process in range(given.processes)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.processes, mp_context=context) as pool:
        steps, until = -(-given.steps // given.processes), began + 60 * given.minutes
        plays = [pool.submit(play, seed_, steps=steps, until=until) for seed_ in seeds]
        ran = [each.result() for each in plays]
    tally = sum((each.tally for each in ran), Counter())
    _print(tally, given.seed, time.monotonic() - began)
    failures = [each.failure for each in ran if each.failure is not None]
    for failure in failures:
        sys.stdout.write(f"\n{failure}\n")
    return 1 if failures else 0


def _print(tally: Counter[str], seed_: int, seconds: float) -> None:
    steps = tally["steps"]
    sys.stdout.write(f"seed {seed_}: {steps} steps in {seconds:.0f} s, {steps / seconds:.0f} a second\n")
    for what, times in sorted(tally.items()):
        sys.stdout.write(f"{times:8} {what}\n")


if __name__ == "__main__":
    sys.exit(main())
