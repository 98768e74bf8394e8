"""Web server and background jobs in one command, for `manage.py serve`.

1. The parent opens the address and forks one web process with threads.
2. After the fork the web process starts the background threads (`escalation.background`): one command does everything,
   whether there is a Redis or not, so messages stay in the process. Threads do not survive a fork, so it cannot be
   earlier.
3. Ctrl-C or SIGTERM reaches the parent, which asks the web process to end; requests under way are finished.
4. On its way out the web process ends the background threads. What they did not do stands in the database.
"""

from typing import Any

from gunicorn.app.base import BaseApplication

from escalation import background
from escalation.celery import app

STOP_SECONDS = 3


class Server(BaseApplication):
    """One web process at `host`:`port`; `ready` is called when the address is open."""

    def __init__(self, host: str, port: int, ready: Any) -> None:
        self.chosen = {
            "bind": f"{host}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 60,
            "graceful_timeout": STOP_SECONDS,
            "loglevel": "warning",
            "accesslog": None,
            "control_socket_disable": True,
            "when_ready": lambda arbiter: ready(),
            "post_worker_init": start_jobs,
            "worker_exit": stop_jobs,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take the settings above, and nothing from the command line or from files."""
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, with the check that it may start."""
        from escalation.wsgi import application

        return application


def start_jobs(worker: Any) -> None:
    """Start worker and beat as threads, with a broker that cannot be away: the memory of this process."""
    app.conf.update(broker_url="memory://localhost/", broker_transport_options={"polling_interval": 0.05})
    background.start_background_threads()


def stop_jobs(arbiter: Any, worker: Any) -> None:
    """End them; a job that takes longer is done again after the next start."""
    background.stop(seconds=STOP_SECONDS)
