"""Puts what the schema and the TOML reader find wrong into words for the person who writes the file."""

import datetime
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from policies.problems import Finding, Place, Problem
from policies.schema import PolicyFile

_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SHOWN = 60

_CODES = "Write small letters, digits and underscores, such as own_manager; a stage may begin with a digit."
#: What to say and what to change, by the kind of error. {found} and the error's own context can be named.
_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("this key is missing", "Add it."),
    "literal_error": ("this value is not one of those allowed", "Allowed: {expected}."),
    "string_type": ("this must be text", 'Put the text in quotation marks, such as "1".'),
    "string_pattern_mismatch": ("this is not in the right form", _CODES),
    "string_too_short": ("this must not be empty", "Write the text, or take the key out."),
    "string_too_long": ("this text is too long", "Shorten it to {max_length} characters or fewer."),
    "int_type": ("this must be a whole number", "Write the number without quotation marks or a point, such as 5."),
    "bool_type": ("this must be true or false", "Write true or false, without quotation marks."),
    "greater_than_equal": ("this number is too small", "Write {ge} or more."),
    "less_than_equal": ("this number is too large", "Write {le} or less."),
    "date_type": ("this must be a date", "Write it without quotation marks, year first, such as 2026-04-01."),
    "model_type": ("this must be a table", "Write it as a table with keys of its own."),
    "too_short": ("there must be at least one of these", "Add one."),
}


def from_schema(error: ValidationError) -> list[Finding]:
    """What the schema found wrong, as findings with the place in the file."""
    errors = [details for details in error.errors() if not _only_seems_short(details)]
    return [_finding(details) for details in errors]


def _only_seems_short(details: ErrorDetails) -> bool:
    """Whether a list counts as empty only because nothing in it is right, which is said of its items already."""
    return details["type"] == "too_short" and bool(details["input"])


def from_toml(error: Exception, *, text: str, path: str) -> Problem:
    """What makes a text no TOML at all, with its line. `error` is whatever the reader raised."""
    said = str(error) or type(error).__name__
    place = _LINE.search(said)
    line = int(place.group(1)) if place else 1
    if "at end of document" in said:
        line = text.count("\n") + 1
    rows = text.split("\n")
    row = rows[line - 1].strip() if line <= len(rows) else ""
    message = "lists are nested too deep" if isinstance(error, RecursionError) else _said_plainly(said)
    return Problem(
        file=path,
        line=line,
        key="",
        found=shown(row),
        fix="Mend this line: text stands in quotation marks, a list in square brackets, and each key once in a table.",
        message=f"this is not TOML: {message[:1].lower()}{message[1:]}",
    )


def _said_plainly(said: str) -> str:
    """The reader's own words without the place, and with names of tables as the file writes them."""
    words = re.sub(r" \(at .*\)$", "", said)
    return re.sub(r"\(('[^)]*?),?\)", lambda match: match.group(1).replace("', '", ".").replace("'", '"'), words)


def shown(value: object) -> str:
    """What was found, short enough to print on a line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    said = str(value)
    said = said if len(said) <= _SHOWN else f"{said[: _SHOWN - 3]}..."
    return f'"{said}"' if isinstance(value, str) else said


def key_of(data: object, place: Place) -> str:
    """The place in words: a table in a list goes by its own code, or by its number from 1 where it has none."""
    words = ""
    for step in place:
        data = _inside(data, step)
        if isinstance(step, str):
            words += f".{step}" if words else step
        else:
            code = data.get("code") if isinstance(data, Mapping) else None
            words += f'["{code}"]' if isinstance(code, str) and code else f"[#{step + 1}]"
    return words


def _inside(data: object, step: str | int) -> object:
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _finding(details: ErrorDetails) -> Finding:
    kind, place = details["type"], tuple(details["loc"])
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(details, place)
    if kind.startswith("date"):
        kind = "date_type"
    context = details.get("ctx", {})
    message, fix = _WORDS.get(kind, (details["msg"], "Correct the value."))
    return Finding(place, message, "" if kind == "missing" else shown(details["input"]), fix.format(**context))


def _rule(details: ErrorDetails, place: Place) -> Finding:
    context: dict[str, Any] = details.get("ctx", {})
    where = (*place, str(context["key"]))
    value = _inside(details["input"], str(context["key"]))
    return Finding(where, details["msg"], "" if value is None else shown(value), str(context["fix"]))


def _unknown_key(details: ErrorDetails, place: Place) -> Finding:
    allowed = _keys_at(place[:-1])
    near = get_close_matches(str(place[-1]), allowed, n=1)
    fix = f"Did you mean {near[0]}? " if near else "Take it out. "
    return Finding(
        place, "this key is not known here", shown(details["input"]), f"{fix}Allowed here: {', '.join(allowed)}."
    )


def _not_a_list(details: ErrorDetails, place: Place) -> Finding:
    fix = 'Write a list in square brackets, such as ["..."].'
    if isinstance(details["input"], Mapping):
        fix = (
            f"Write its heading with double brackets: [[{'.'.join(step for step in place if isinstance(step, str))}]]."
        )
    return Finding(place, "this must be a list", shown(details["input"]), fix)


def _keys_at(place: Place) -> list[str]:
    """The keys that the table at `place` may hold, as the file names them."""
    model: type[BaseModel] = PolicyFile
    for step in place:
        if isinstance(step, str):
            model = _model_in(_annotation(model, step))
    return [field.alias or name for name, field in model.model_fields.items()]


def _annotation(model: type[BaseModel], key: str) -> object:
    for name, field in model.model_fields.items():
        if key in {name, field.alias}:
            return field.annotation
    return model


def _model_in(annotation: object) -> type[BaseModel]:
    """The model in an annotation such as `tuple[Stage, ...]` or `Panel | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return PolicyFile


_SPECIAL: Mapping[str, Callable[[ErrorDetails, Place], Finding]] = {
    "policy_rule": _rule,
    "extra_forbidden": _unknown_key,
    "tuple_type": _not_a_list,
}
