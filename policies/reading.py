"""From the text of a policy file to a policy, or to a list of what is wrong with it and where."""

import tomllib
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from policies.check import check
from policies.explain import from_schema, from_toml, key_of
from policies.positions import line_of, positions
from policies.problems import Finding, PolicyError, Problem
from policies.schema import Policy, PolicyFile


def parse(text: str, *, path: str) -> Policy:
    """The policy that `text` (TOML) describes. `path` is the name of the file in messages.

    Raises PolicyError, with every problem found, if the text is no TOML, does not fit the schema, or describes a
    policy that cannot be run (see `policies.check`). Raises nothing else, whatever the text.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError([from_toml(error, text=text, path=path)]) from None
    try:
        policy = PolicyFile.model_validate(data).as_policy()
    except ValidationError as error:
        raise PolicyError(_located(from_schema(error), text=text, data=data, path=path)) from None
    findings = check(policy)
    if findings:
        raise PolicyError(_located(findings, text=text, data=data, path=path))
    return policy


def _located(findings: Iterable[Finding], *, text: str, data: dict[str, Any], path: str) -> list[Problem]:
    lines = positions(text)
    return [
        Problem(
            file=path,
            line=line_of(lines, finding.place),
            key=key_of(data, finding.place),
            found=finding.found,
            fix=finding.fix,
            message=finding.message,
        )
        for finding in findings
    ]
