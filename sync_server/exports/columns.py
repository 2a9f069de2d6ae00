"""What stands in each column of an export: the same for every kind of file, and told in the file itself."""

from enum import StrEnum
from typing import NamedTuple


class Holds(StrEnum):
    """What a column's cells are; any of them may be empty, which is None."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "true or false"
    DATE = "local date"  # datetime.date
    LOCAL = "local time"  # datetime.datetime without a zone
    INSTANT = "instant (UTC)"  # epoch ms


class Column(NamedTuple):
    name: str
    holds: Holds
    says: str


_PLACE = (
    Column("region_id", Holds.TEXT, "The region that the location belongs to now."),
    Column("location_id", Holds.TEXT, "The location."),
    Column("location", Holds.TEXT, "The location's name."),
    Column("touchpoint_id", Holds.TEXT, "The touchpoint: a place or phase of the visit at the location."),
    Column("touchpoint", Holds.TEXT, "The touchpoint's name."),
    Column("phase", Holds.TEXT, "The phase of the visit that the touchpoint stands for."),
)
_QUESTION = (
    Column("question_id", Holds.TEXT, "The question, the same in every survey that asks it."),
    Column("question", Holds.TEXT, "What was asked."),
    Column("kind", Holds.TEXT, "smiley4, smiley5, nps, ces, yes_no, single, multiple or text."),
)
ANSWERS = (
    *_PLACE,
    Column("survey", Holds.TEXT, "The survey and its version, as checkout@3."),
    *_QUESTION,
    Column("visit", Holds.TEXT, "Answers of one visit have the same; it names nobody."),
    Column("answered_at", Holds.INSTANT, "When it was given."),
    Column("local_time", Holds.LOCAL, "When it was given, on the clock of the location."),
    Column("clock", Holds.TEXT, "Where the time comes from: server, ntp, estimated or unknown."),
    Column(
        "value",
        Holds.WHOLE,
        "smiley4 1 to 4, smiley5 1 to 5, ces 1 to 7, worst first; nps 0 to 10; yes_no 0 or 1; single: the number of the"
        " choice; multiple: the choices' 2^(number - 1) added up; text: empty.",
    ),
    Column("choices", Holds.TEXT, "What was chosen, in words; several are parted by a semicolon."),
    Column("text", Holds.TEXT, "What was written; telephone numbers and the like are masked."),
    Column("language", Holds.TEXT, "The language in which it was asked."),
    Column("source", Holds.TEXT, "How it was given: screen, or the button and its device."),
    Column("set_aside", Holds.YES_NO, "Figures leave it out: too soon after another to be of a different visitor."),
)
FIGURES = (
    *_PLACE,
    *_QUESTION,
    Column("local_date", Holds.DATE, "The day at the location."),
    Column("answers", Holds.WHOLE, "How many answers; with `choice`, how often it was chosen."),
    Column("set_aside", Holds.WHOLE, "Answers left out: too soon after one another to be of different visitors."),
    Column("choice", Holds.TEXT, "One of the choices of a single or multiple question, in words; else empty."),
    Column(
        "measure",
        Holds.TEXT,
        "satisfied (percent of the two best faces), nps (-100 to 100), easy (percent of 5 to 7 of 7) or yes (percent).",
    ),
    Column(
        "value",
        Holds.NUMBER,
        "The measure; empty under 10 answers, where it would say too little; preliminary under 30.",
    ),
    Column("low", Holds.NUMBER, "Lower end of its 95 % interval."),
    Column("high", Holds.NUMBER, "Upper end of its 95 % interval."),
    Column("index", Holds.NUMBER, "Smiley index, 0 (all worst) to 100 (all best); empty for other questions."),
    Column("index_low", Holds.NUMBER, "Lower end of its 95 % interval."),
    Column("index_high", Holds.NUMBER, "Upper end of its 95 % interval."),
)
