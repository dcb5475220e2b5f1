# SPDX-License-Identifier: Apache-2.0
"""tests/bench/run, after the packages are there: see its own text."""
import argparse
import os
import signal
import sys
import time
import traceback

from . import instrument, tracking, pages, statistics_pages  # noqa: F401,I001  they register their benchmarks, in this order
from .lab import BenchError, Lab
from .profile import Profile
from .registry import benches, chosen


def main():
    options = _options()
    if options.list:
        for name, (description, _) in benches.items():
            print(f"{name:20} {description}")
        return 0
    try:
        wanted = chosen([options.profile] if options.profile else options.names)
    except LookupError as mistake:
        print(f"tests/bench/run: {mistake}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))       # servers are ended on the way out
    began = time.monotonic()
    print(f"# {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start", flush=True)
    lab = Lab(quick=options.quick)
    try:
        if options.profile:
            lab.watch(Profile(lab.folder))
        failed = [name for name, (_, run) in wanted.items() if not _run(lab, name, run)]
        if options.profile:
            print(*lab.profile.report(), sep="\n")
    finally:
        lab.close()
    print(f"# took {time.monotonic() - began:.0f} s" + (f"; failed: {' '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _options():
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--profile")
    return parser.parse_args()


def _run(lab, name, run):
    """Prints the figures; whether there were any."""
    began = time.monotonic()
    try:
        for figure in run(lab):
            print(figure, flush=True)
    except BenchError as failure:
        print(f"{name} FAILED: {failure}", flush=True)
        return False
    except Exception:
        print(f"{name} FAILED:\n{traceback.format_exc()}", flush=True)
        return False
    print(f"# {name}: {time.monotonic() - began:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
