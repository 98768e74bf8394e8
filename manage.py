#!/usr/bin/env python
"""The project's commands: `python manage.py help`."""

import os
import sys


def main() -> None:
    """Run one command.

    Typed by hand on a trial installation, nothing in the environment says what this is, so a command takes the
    demonstration's settings. As soon as a secret or a host name is given it is an installation for real, and the
    demonstration has to be asked for by name. The web server and the workers (`escalation.wsgi`, `escalation.celery`)
    never take this default.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "escalation.settings")
    if not {"SECRET_KEY", "ALLOWED_HOSTS"} & os.environ.keys():
        os.environ.setdefault("DEMONSTRATION", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
