"""`policy timeline`: each stage on the calendar for a case raised at a given moment."""

import argparse
import datetime
import json
from collections.abc import Callable, Sequence

from django.core.management.base import CommandError

from policies.chosen import Chosen, choose
from policies.due import LONDON
from policies.problems import PolicyError
from policies.timeline import TimelineStage, timeline
from policies.wording import day_in_words
from policies.workdays import JURISDICTIONS, Calendar

HELP = "Show when each stage would be entered and due, were each to run to its limit."
_HEADINGS = ("Stage", "Tier", "Entered", "Due")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="FILE-OR-SLUG", help="A policy file, or the short name of a policy.")
    parser.add_argument("--raised", metavar="MOMENT", required=True, type=_moment, help="Such as 2026-04-02T10:00.")
    parser.add_argument("--edition", help="Default: the edition in force when the case is raised.")
    parser.add_argument("--partnership", metavar="SLUG", help="Whose edition, where several have loaded the policy.")
    parser.add_argument("--jurisdiction", choices=JURISDICTIONS, help="Default: that of the partnership.")
    parser.add_argument("--ground", help="Follow the branches for this ground: risk, resources or other.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")


def run(options: argparse.Namespace, write: Callable[[str], object]) -> None:
    """Prints the table, or JSON. Dates are in Europe/London."""
    try:
        chosen = choose(
            options.policy, edition=options.edition, partnership=options.partnership, on=options.raised.date()
        )
        calendar = Calendar(options.jurisdiction or chosen.jurisdiction)
        stages = timeline(chosen.policy, raised_at=options.raised, calendar=calendar, ground=options.ground)
    except (PolicyError, LookupError, ValueError) as error:
        raise CommandError(str(error.args[0])) from None
    if options.json:
        write(json.dumps({"stages": [_as_json(stage) for stage in stages]}, indent=2, ensure_ascii=False))
    else:
        _write_table(chosen, calendar, stages, options.raised, write)


def _moment(text: str) -> datetime.datetime:
    """A moment as it is typed; without a time zone it is London's."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no date and time: write it as 2026-04-02T10:00') from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
    try:
        # By way of UTC, so that a time that the change of the clocks leaves out becomes one that exists.
        return moment.astimezone(datetime.UTC).astimezone(LONDON)
    except OverflowError:
        raise argparse.ArgumentTypeError(f'"{text}" is too far away') from None


def _as_json(stage: TimelineStage) -> dict[str, str | None]:
    return {
        "code": stage.code,
        "name": stage.name,
        "tier": stage.tier,
        "entered": stage.entered.isoformat(timespec="seconds"),
        "due": None if stage.due is None else stage.due.isoformat(timespec="seconds"),
        "limit": stage.limit,
        "reason": stage.reason,
    }


def _write_table(
    chosen: Chosen,
    calendar: Calendar,
    stages: Sequence[TimelineStage],
    raised_at: datetime.datetime,
    write: Callable[[str], object],
) -> None:
    policy = chosen.policy
    write(f"{policy.name}, edition {policy.edition} ({chosen.where})")
    write(f"Raised {_at(raised_at)}, working days of {calendar.jurisdiction}\n")
    rows = [_HEADINGS, *(_row(stage) for stage in stages)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for index, row in enumerate(rows):
        write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if index:
            write(f"    {stages[index - 1].reason}")


def _row(stage: TimelineStage) -> tuple[str, str, str, str]:
    due = "to be agreed" if stage.due is None else _at(stage.due)
    return (f"{stage.code} {stage.name}", stage.tier, _at(stage.entered), due)


def _at(moment: datetime.datetime) -> str:
    return f"{day_in_words(moment.date())} {moment:%H:%M}"
