"""`hymy simulate`: read what is asked for, run it, and say what became of every press."""

import argparse
import json
import resource
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hymy.simulate.client import Address
from hymy.simulate.crowd import Place, Plan
from hymy.simulate.faults import FAULTS, NEED_OWN_SERVER, read_faults
from hymy.simulate.own_server import OwnServer
from hymy.simulate.report import table
from hymy.simulate.run import Outcome, at_own_server, elsewhere
from sync_server.command import at_least_one, error_in_words

FILES_BESIDE = 200  # open ones that are no terminal's connection
DESCRIPTION = """\
Many terminals before one server: they enrol, people answer at them, things go wrong, and in the end every press is
looked for in the store. Without --server a server is started here, with a made-up chain."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    shares = {name: f"1 {fault.of} in {1 / fault.share:.0f}" for name, fault in FAULTS.items() if fault.of != "run"}
    listing = "\n".join(
        f"  {name:<16} {fault.text}" + (f" ({shares[name]})" if name in shares else "")
        for name, fault in FAULTS.items()
    )
    parser.epilog = f"faults (clones=0.5 for half of the terminals; all for all):\n{listing}"
    parser.add_argument("--terminals", type=at_least_one, default=20, metavar="N", help="default: 20")
    parser.add_argument("--answers", type=at_least_one, default=20, metavar="N", help="of each terminal; default: 20")
    parser.add_argument("--minutes", type=float, default=1.0, metavar="M", help="while people come; default: 1")
    parser.add_argument("--seed", type=int, default=1, help="the same people and faults again; default: 1")
    parser.add_argument("--faults", default="", metavar="NAMES", help="what goes wrong, with commas between; see below")
    parser.add_argument("--heartbeat", type=float, default=60.0, metavar="S", help="default: 60, as terminals do")
    parser.add_argument(
        "--back-off", type=float, default=5.0, metavar="S", help="first one; default: 5, as terminals do"
    )
    parser.add_argument("--connection-each", action="store_true", help="a new connection for every request")
    parser.add_argument("--json", action="store_true", help="for programs")
    herd = parser.add_argument_group("after an outage")
    herd.add_argument("--herd", action="store_true", help="all answers wait, and all terminals come back at once")
    herd.add_argument("--spread", type=float, default=120.0, metavar="S", help="over so long; default: 120")
    herd.add_argument("--no-jitter", action="store_true", help="all in the same moment, and back off without a die")
    theirs = parser.add_argument_group("another server", "enrolled by codes, or all of them with one token")
    theirs.add_argument("--server", metavar="URL", help="instead of one started here")
    theirs.add_argument("--codes", type=Path, metavar="FILE", help="enrolment codes, one a line")
    theirs.add_argument("--token", default="", help="of one terminal; each simulated one keeps a journal of its own")
    theirs.add_argument(
        "--ca", type=Path, metavar="FILE", help="certificate authority of the server, if it is your own"
    )
    stores = parser.add_argument_group(
        "the store", "of the server started here; with --server, the one to compare with"
    )
    stores.add_argument("--data", type=Path, metavar="DIR", help="folder to use and to keep; default: a temporary one")
    stores.add_argument("--database", default="", metavar="URL", help="PostgreSQL: postgresql://USER@HOST/DATABASE")


def main(arguments: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its server ends with it
    try:
        shares = read_faults(arguments.faults)
        plan = _plan(arguments)
        _allow_files(plan.terminals * (2 if {"clones", "crossing"} & shares.keys() else 1) + FILES_BESIDE)
        with ExitStack() as stack:
            outcome = _run(arguments, plan, shares, stack)
    except (ValueError, OSError) as error:
        print(f"hymy simulate: {error_in_words(error)}", file=sys.stderr)
        return 2
    except RuntimeError as error:
        print(f"hymy simulate: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    _tell(outcome, is_json=arguments.json)
    return 0 if outcome.verdict.is_well else 1


def _run(arguments: argparse.Namespace, plan: Plan, shares: dict[str, float], stack: ExitStack) -> Outcome:
    if arguments.server:
        if only_here := NEED_OWN_SERVER & shares.keys():
            raise ValueError(f"{', '.join(sorted(only_here))}: only with a server that is started here.")
        address = Address.of(arguments.server, arguments.ca)
        place = arguments.database or arguments.data
        return elsewhere(plan, shares, address, _places(arguments), place, say=_say)
    folder = arguments.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hymy-simulate-")))
    server = OwnServer(folder, terminals=plan.terminals, database=arguments.database)
    stack.callback(server.stop)
    server.begin()
    _say(f"A server on {server.url}; its log is {server.log}.")
    return at_own_server(plan, shares, server, say=_say)


def _places(arguments: argparse.Namespace) -> list[Place]:
    if arguments.token:
        return [Place("", arguments.token, -1)] * arguments.terminals
    codes = arguments.codes.read_text(encoding="utf-8").split() if arguments.codes else []
    if len(codes) < arguments.terminals:
        raise ValueError(
            f"{arguments.terminals} terminals need as many codes (--codes FILE, one a line; there are {len(codes)}),"
            " or one token for all of them (--token). hymy terminals code --touchpoint NAME makes a code."
        )
    return [Place(code, "", -1) for code in codes]


def _plan(arguments: argparse.Namespace) -> Plan:
    return Plan(
        terminals=arguments.terminals,
        answers=arguments.answers,
        over_s=0.0 if arguments.herd else arguments.minutes * 60,
        seed=arguments.seed,
        heartbeat_s=arguments.heartbeat,
        back_off_s=arguments.back_off,
        keep_connections=not arguments.connection_each,
        herd=arguments.herd,
        jitter=not arguments.no_jitter,
        spread_s=arguments.spread,
    )


def _allow_files(wanted: int) -> None:
    """Raises ValueError where the machine's limit is too low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        raise ValueError(
            f"So many connections need {wanted} open files; this machine allows {hard} (ulimit -Hn)."
            " Raise that, or simulate fewer terminals."
        )
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _tell(outcome: Outcome, *, is_json: bool) -> None:
    verdict, figures, crowd = outcome
    if is_json:
        told = {**verdict._asdict(), **figures._asdict(), "struck": crowd.faults.struck, "kinds": crowd.tally.errors}
        print(json.dumps(told))
        return
    for line in table(verdict, crowd):
        print(line)
    is_in = "not all in" if figures.all_in_s is None else f"all in after {figures.all_in_s:.1f} s"
    print(f"{is_in}; {figures.exchanges} requests, turned away {figures.turned_away}, errors {figures.errors}")
    print(f"exchange: p50 {figures.exchange_p50_s:.3f} s, p99 {figures.exchange_p99_s:.3f} s")
    if figures.heartbeat_p99_s is not None:
        print(f"heartbeats afterwards: p99 {figures.heartbeat_p99_s:.3f} s")
    if figures.rss_mb:
        print(f"the server's memory: {figures.rss_mb[0]:.0f} MB at first, at most {max(figures.rss_mb):.0f} MB")


def _say(line: str) -> None:
    print(line, file=sys.stderr)
