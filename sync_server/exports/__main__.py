"""An export in a process of its own, which a page started: python -m sync_server.exports answers --out -."""

import argparse
import os
import sys

from sync_server.exports import command

GENTLY = 10  # who sends answers and who reads pages go first

if __name__ == "__main__":
    os.nice(GENTLY)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    sys.exit(command.main(parser.parse_args()))
