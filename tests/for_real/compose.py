"""What docker-compose.yml says: which command each service runs, with which environment, how its health is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

FILE = Path(settings.BASE_DIR) / "docker-compose.yml"
# ${NAME}, ${NAME:-what is taken when it is not set}, ${NAME:?what is said when it is not set}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[-?])(?P<words>[^}]*))?\}")


@dataclass(frozen=True)
class Service:
    name: str
    command: list[str]
    environment: dict[str, str]
    healthcheck: list[str]


def filled_in(text: str, dotenv: Mapping[str, str]) -> str:
    """The text with its variables taken from the .env file.  Raises KeyError where one must be set and is not."""

    def value(found: re.Match[str]) -> str:
        if found["how"] == "-":
            return dotenv.get(found["name"]) or found["words"]
        return dotenv[found["name"]]

    return VARIABLE.sub(value, text)


def services(dotenv: Mapping[str, str]) -> dict[str, Service]:
    """The services that run our own image, by name."""
    written: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return {
        name: Service(
            name=name,
            command=service["command"],
            environment={key: filled_in(str(text), dotenv) for key, text in service["environment"].items()},
            healthcheck=_as_command(service.get("healthcheck", {}).get("test", [])),
        )
        for name, service in written.items()
        if service.get("build")
    }


def _as_command(test: list[str]) -> list[str]:
    """Compose's own notation: CMD and the words, or CMD-SHELL and a line in which $$ stands for $."""
    if test[:1] == ["CMD-SHELL"]:
        return ["sh", "-c", test[1].replace("$$", "$")]
    return test[1:]
