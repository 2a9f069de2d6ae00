"""Tables of a TOML file to structs, key by key: all that is wrong is told together, in words for who wrote it."""

import re
from collections.abc import Callable, Iterator
from enum import EnumType
from typing import TypeVar

import msgspec

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

_MISMATCH = re.compile(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `\$([^`]*)`)?")
_IN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
}


class Faults(list[str]):
    """has_holes: something could not be read at all, so what names it may be sound."""

    has_holes = False


def each_table(what: str, raws: object, read: Callable[[object, str, Faults], T | None], faults: Faults) -> Iterator[T]:
    """Each table of a list, called by its place in the file, e.g. `Question 2: `."""
    for place, raw in enumerate(raws if isinstance(raws, list) else (), 1):
        if (found := read(raw, f"{what} {place}: ", faults)) is not None:
            yield found


def read_table(kind: type[S], raw: object, where: str, faults: Faults) -> S | None:
    """One table of a file, key by key, so that all that is wrong with it is told at once; None if anything is."""
    if not isinstance(raw, dict):
        faults.append(f"{where}this should be a table of keys and values.")
        faults.has_holes = True
        return None
    keys = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    told = len(faults)
    faults.extend(
        f"{where}the key {key!r} is not known; known are {', '.join(keys)}." for key in raw if key not in keys
    )
    faults.extend(
        f"{where}the key {key!r} is missing." for key, field in keys.items() if field.required and key not in raw
    )
    values = {}
    for key in (key for key in keys if key in raw):
        try:
            values[keys[key].name] = msgspec.convert(raw[key], keys[key].type)
        except msgspec.ValidationError as error:
            faults.append(f"{where}{key}{_in_words(str(error), keys[key].type)}")
    if len(faults) > told:
        faults.has_holes = True
        return None
    return kind(**values)


def _in_words(error: str, kind: object) -> str:
    """What msgspec says, for whoever writes files and not programs."""
    if found := _MISMATCH.match(error):
        wanted, got = (
            " or ".join(_IN_WORDS.get(name.strip(), name) for name in names.split("|") if name.strip() != "null")
            for names in found.groups()[:2]
        )
        return f"{found[3] or ''}: this should be {wanted}, not {got}."
    known = f" Known are {', '.join(kind)}." if isinstance(kind, EnumType) else ""
    return f": {error}.{known}"
