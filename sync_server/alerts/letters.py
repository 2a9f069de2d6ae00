"""Who is told of alerts by mail: those whose place it is and who want it. One letter a person and round."""

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from sync_server.accounts.people import Person, Role
from sync_server.alerts import words
from sync_server.alerts.alert import Alert, Kind
from sync_server.mail.letter import Letter, LetterUnfit, one_line
from sync_server.mail.outbox import put
from sync_server.store import Transaction
from sync_server.store.outbox import known
from sync_server.store.places import LocationRow
from sync_server.texts.say import Say, say_in

ALL = frozenset(Kind)

log = logging.getLogger(__name__)


def wanted(person: Person, choices: Mapping[str, str]) -> frozenset[str]:
    """The kinds that this person is mailed: as chosen, else all for managers and none for the others."""
    if chosen := choices.get(person.person_id):
        return frozenset(msgspec.json.decode(chosen, type=list[str]))
    return ALL if person.role is Role.MANAGER else frozenset()


def put_letters(
    transaction: Transaction,
    alerts: Sequence[Alert],
    people: Sequence[Person],
    choices: Mapping[str, str],
    locations: Mapping[str, LocationRow],
    *,
    address: str,
    now_ms: int,
    are_over: bool = False,
) -> int:
    """How many letters that are. alerts: just opened; or are_over, told to those who were told of their opening.

    address: where the server is found.
    """
    count = 0
    for person in people:
        theirs = _theirs(person, alerts, choices, locations)
        cause = _opening(person, now_ms)
        if are_over:
            told = known(transaction, [_opening(person, one.row.opened_at) for one in theirs])
            theirs = [one for one in theirs if _opening(person, one.row.opened_at) in told]
            names = " ".join(sorted(f"{one.row.location_id} {one.row.alert_id}" for one in theirs))
            cause = f"alerts closed to {person.person_id}: {sha256(names.encode()).hexdigest()[:32]}"
        if theirs:
            try:
                told_of = letter(person, theirs, locations, address, are_over=are_over)
                count += put(transaction, cause, told_of, now_ms)
            except LetterUnfit as error:  # somebody to whom nothing can be sent keeps the alerts from nobody else
                log.error("%s is not told of alerts: %s %s", person.name, error.message, error.hint)
    return count


def _opening(person: Person, opened_at: int) -> str:
    """The cause of the letter about what opened then: one letter a person and round."""
    return f"alerts to {person.person_id} at {opened_at}"


def _theirs(
    person: Person, alerts: Sequence[Alert], choices: Mapping[str, str], locations: Mapping[str, LocationRow]
) -> list[Alert]:
    kinds = wanted(person, choices) if person.email else ()
    return [one for one in alerts if one.row.kind in kinds and person.may_see(locations[one.row.location_id])]


def letter(
    person: Person,
    alerts: Sequence[Alert],
    locations: Mapping[str, LocationRow],
    address: str,
    *,
    are_over: bool = False,
) -> Letter:
    """alerts: at least one, at these locations; all are open, or all are over."""
    say = say_in(person.language)
    tell = _told_over if are_over else _told
    told = [tell(one, locations[one.row.location_id], person.language, address) for one in alerts]
    names = {one["location"] for one in told}
    which = "over" if are_over else "subject"
    subject = (
        say("alerts.subject_one", location=told[0]["location"], finding=told[0]["finding"])
        if len(told) == 1
        else say(f"alerts.{which}_some", n=len(told), locations=", ".join(sorted(names)))
        if len(names) <= 3
        else say(f"alerts.{which}_many", n=len(told), m=len(names))
    )
    content = {"say": say, "language": person.language, "address": address, "alerts": told, "person": person}
    html = _templates().get_template("alerts_letter.html").render(content)
    return Letter(f"{_quoted(person.name)} <{person.email}>", subject, _text(say, told, address), html)


def _told(alert: Alert, location: LocationRow, language: str, address: str) -> dict[str, str]:
    say = say_in(language)
    return {
        "kind": alert.row.kind,
        "location": one_line(location.name),
        "finding": one_line(words.finding(say, alert.facts, location.time_zone)),
        "grounds": words.grounds(say, alert.facts),
        "advice": words.advice(say, alert.row.kind),
        "time": words.local_time(say, alert.row.opened_at, location.time_zone),
        "link": f"{address}/alerts?location={location.location_id}#{alert.row.alert_id}",
    }


def _told_over(alert: Alert, location: LocationRow, language: str, address: str) -> dict[str, str]:
    """The same alert when it is over: since when, then what it was."""
    say = say_in(language)
    told = _told(alert, location, language, address)
    over = say("alerts.over", time=words.local_time(say, alert.row.gone_at or 0, location.time_zone))
    return told | {"kind": "over", "finding": over, "grounds": told["finding"], "advice": say("alerts.over_help")}


def _text(say: Say, told: Sequence[Mapping[str, str]], address: str) -> str:
    parts = [
        "\n".join(filter(None, (f"{one['location']}: {one['finding']}", one["grounds"], one["advice"], one["link"])))
        for one in told
    ]
    return "\n\n".join([*parts, f"{say('alerts.why_you')} {address}/alerts#choice"]) + "\n"


def _quoted(name: str) -> str:
    """As a part of an address, whatever is in it."""
    return '"' + name.replace("\\", "").replace('"', "").replace("<", "").replace(">", "") + '"'


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("sync_server.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
