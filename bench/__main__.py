"""`python -m bench`: run the benchmarks and print one table."""

from __future__ import annotations

import argparse
import sys
import time

from bench.catalogue import LINES, measure_of
from bench.results import table


def main() -> int:
    """Print a line as each is measured (stderr), then the table (stdout). 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=LINES, default=list(LINES), metavar="NAME", help=", ".join(LINES))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns: to see whether it runs")
    parser.add_argument("--list", action="store_true", help="only name the lines of the table")
    options = parser.parse_args()
    if options.list:
        print(*(f"{name}: {line}" for name in options.only for line in LINES[name]), sep="\n")
        return 0
    from bench.stage import Stage

    results = []
    with Stage() as stage:
        for name in options.only:
            started = time.monotonic()
            for result in measure_of(name)(stage, options.quick):
                results.append(result)
                print(*result.cells(), sep="  ", file=sys.stderr)
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    print(table(results))
    return int(not all(result.met for result in results))


if __name__ == "__main__":
    sys.exit(main())
