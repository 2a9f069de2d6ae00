"""The server with one thing taken away, to measure what that thing is worth: python -m benchmarks.bare_server WAY ...

commit-each: every exchange has a commit of its own. no-store: nothing is written, the head is told as if it were.
"""

import argparse
import sys
from concurrent.futures import Future

from survey.entries import Head
from sync_server import main
from sync_server.exchange import writer
from sync_server.exchange.incoming import Incoming
from sync_server.exchange.ingest import Received


def commit_each() -> None:
    writer.MAX_TOGETHER = 1


def no_store() -> None:
    def submit(_: writer.Writer, come: Incoming) -> "Future[Received]":
        future: Future[Received] = Future()
        head = Head(come.lines.seqs[-1], come.chains[-1]) if come.chains else come.request.after
        parts = {"known": [], "missing": [], "closed": [], "lost": None, "may_forget": None}
        future.set_result(Received(come.asking, head, appended=0, place=come.asking.place, **parts))
        return future

    writer.Writer.submit = submit  # type: ignore[method-assign]


if __name__ == "__main__":
    {"commit-each": commit_each, "no-store": no_store}[sys.argv[1]]()
    parser = argparse.ArgumentParser()
    main.add_arguments(parser)
    sys.exit(main.main(parser.parse_args(sys.argv[2:])))
