"""A coverage-guided fuzzer at what a stranger's bytes reach first; nothing may break.

    python3.11 -m venv fuzzing
    fuzzing/bin/pip install -r requirements.txt atheris==3.0.0
    PYTHONPATH=src fuzzing/bin/python bench/fuzz.py [--seconds 60] [--seeds 1 2 3] [--targets json]

Atheris is a dependency of nothing else: its wheels are for Linux and few versions of Python (tried
with 3.0.0 on Python 3.11, x86-64).

Three targets, each in a process of its own: `multipart` bodies of the audio endpoints, `json`
bodies of the others, `heads` of requests. The fuzzer's bytes decide how valid requests are changed
(`tests/malformed.py`); these go through the front door's protocol and the whole application over
fakes (`tests/doorway.py`). Only branches of `dragoman` guide it.

A fault is a 5xx other than 503, anything that is logged as an error, a failure in a stream, an
error that is not in OpenAI's envelope, no end within 20 s, or more than 5 s of processor time. Each
is printed once for each place, with its request, and the fuzzing goes on. Printed at the end of
each run: cases, edges of the code that were reached, faults, and memory after the first thousand
cases and at the end.
"""

import argparse
import asyncio
import importlib
import logging
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doorway import Doorway

ROOT = Path(__file__).parents[1]
FIRST = 1_000
"""Cases after which memory is first looked at: caches are warm then."""
EVERY = 250


def memory_mb() -> float:
    """What this process has in memory now."""
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmRSS:") + 1]) / 1024


class Fuzzed:
    """One target: what is done with each input, and what came of it."""

    def __init__(self, target: str, door: "Doorway", loop: asyncio.AbstractEventLoop) -> None:
        self._target = target
        self._door = door
        self._loop = loop
        self._places: set[str] = set()
        self._cases = 0

    def one(self, data: bytes) -> None:
        """Send the request that `data` makes."""
        from malformed import request  # noqa: PLC0415 - the fuzzer has to be there first

        bytes_sent = request(self._target, data)
        fault = self._loop.run_until_complete(self._door.fault(bytes_sent))
        if fault is not None:
            place = re.sub(r"req_\w+|0x\w+|\d+", "", fault)[-160:]
            if place not in self._places:
                self._places.add(place)
                print(f"FAULT {fault}\n  {data.hex()}\n  {bytes_sent[:2_000]!r}", flush=True)
        self._cases += 1
        if self._cases == FIRST or self._cases % EVERY == 0:
            print(f"STATE {self._cases} {len(self._places)} {memory_mb():.1f}", flush=True)


def fuzz(target: str, seconds: int, seed: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    atheris: Any = importlib.import_module("atheris")  # in the processes that fuzz alone
    sys.path.insert(0, str(ROOT / "tests"))
    with atheris.instrument_imports(include=["dragoman"]):
        import doorway  # noqa: PLC0415 - what it imports is instrumented
    logging.getLogger().addHandler(logging.NullHandler())
    loop = asyncio.new_event_loop()
    door = loop.run_until_complete(doorway.doorway().__aenter__())
    with tempfile.TemporaryDirectory() as corpus:
        for number in range(12):
            (Path(corpus) / str(number)).write_bytes(bytes([number]))
            (Path(corpus) / f"{number}-long").write_bytes(bytes([number]) + bytes(200))
        options = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=400", "-timeout=60"]
        atheris.Setup(
            [sys.argv[0], *options, "-print_final_stats=1", "-rss_limit_mb=4096", corpus],
            Fuzzed(target, door, loop).one,
        )
        atheris.Fuzz()


def report(target: str, seconds: int, seed: int) -> int:
    """Run one target in a process; print what came of it, and return the number of faults."""
    command = [sys.executable, __file__, "--one", target, "--seconds", str(seconds)]
    done = subprocess.run(
        [*command, "--seeds", str(seed)], capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    print("\n".join(line for line in lines if not line.startswith("STATE")), end="", flush=True)
    states = [line.split()[1:] for line in lines if line.startswith("STATE")]
    edges = re.findall(r"cov: (\d+)", done.stderr)
    cases = re.findall(r"number_of_executed_units: *(\d+)", done.stderr)
    if done.returncode or not (states and edges and cases):
        print(f"{target}, seed {seed}: ended with {done.returncode}\n{done.stderr[-3_000:]}")
        return 1
    warm = next((state for state in states if int(state[0]) >= FIRST), states[0])
    print(
        f"{target}, seed {seed}: {cases[-1]} cases in {seconds} s, edges {edges[0]} to "
        f"{edges[-1]}, {states[-1][1]} faults, {warm[2]} MB after {warm[0]}, "
        f"{states[-1][2]} MB after {states[-1][0]}",
        flush=True,
    )
    return int(states[-1][1])


def main() -> int:
    """Fuzz, and print; the status is 1 where a fault was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--targets", nargs="+", default=["multipart", "json", "heads"])
    parser.add_argument("--one", help="fuzz in this process")
    options = parser.parse_args()
    if options.one:
        fuzz(options.one, options.seconds, options.seeds[0])
        return 0
    runs = [(target, seed) for seed in options.seeds for target in options.targets]
    return int(sum(report(target, options.seconds, seed) for target, seed in runs) > 0)


if __name__ == "__main__":
    raise SystemExit(main())
