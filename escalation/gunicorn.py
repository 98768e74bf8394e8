"""How the web server runs for real: `gunicorn escalation.wsgi -c escalation/gunicorn.py`.

BIND: address and port. WEB_CONCURRENCY: processes, by default one per core and one more. WEB_THREADS: threads in each.
"""

import multiprocessing
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count() + 1))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
# Whoever stands in front must close a waiting connection first, or a request may meet one that is just closing.
keepalive = 75
# Processes that have served many pages are replaced, not all at once.
max_requests = 5000
max_requests_jitter = 500
# No remote control. And no log of requests: addresses and references say who looked at what.
control_socket_disable = True
accesslog = None
errorlog = "-"
# A heartbeat file on a disk can stall a healthy process; memory cannot.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # nosec B108
