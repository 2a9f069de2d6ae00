"""`hymy server` in simulated time, as a process: python -m tests.month.server TIME DATA HOST:PORT."""

import argparse
import sys
from pathlib import Path
from unittest.mock import patch

from sync_server import main as server
from tests.month.true_time import TrueTime

NIGHTLY_EVERY_S = 1  # by real time; which night it is goes by the simulated one


def main(time_file: str, data: str, listen: str) -> int:
    true = TrueTime(Path(time_file))
    patch.object(server, "now_ms", true.ms).start()
    patch.object(server, "NIGHTLY_EVERY_S", NIGHTLY_EVERY_S).start()
    parser = argparse.ArgumentParser()
    server.add_arguments(parser)
    return server.main(parser.parse_args(["--data", data, "--listen", listen]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
