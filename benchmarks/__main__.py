"""Runs every benchmark, or those that are named: python -m benchmarks wire ingest. A report: it ends with 0."""

import signal
import sys
from importlib import import_module

from benchmarks.report import Measured

NAMES = ("wire", "stores", "ingest", "single", "growth", "terminal", "page", "pages")


def main(names: list[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with us
    if unknown := set(names) - set(NAMES):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    missed = [measured for name in names or NAMES for measured in _run(name) if not measured.is_reached]
    print("\nEverything is reached." if not missed else f"\nNot reached ({len(missed)}):")
    for measured in missed:
        print(f"  {measured}")
    return 0


def _run(name: str) -> list[Measured]:
    module = import_module(f"benchmarks.{name}")
    print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
    figures = []
    for measured in module.measure():
        print(f"  {measured}", flush=True)
        figures.append(measured)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
