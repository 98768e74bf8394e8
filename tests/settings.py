"""The project's settings for tests: nothing of the machine's installation is touched, and passwords hash fast.

The database is the one of DATABASE_URL, else SQLite in a folder of its own: a file, as in use, and not in memory,
where threads would share one connection and never wait for one another.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["DEMONSTRATION"] = "1"
os.environ["SECRET_KEY"] = "for-tests-only-" + "0123456789" * 5
os.environ.setdefault("TESTS_REDIS_URL", os.environ.get("REDIS_URL", ""))
os.environ["REDIS_URL"] = ""
if "TESTS_FOLDER" not in os.environ:
    # Made once by the first process; those that it starts find the name in their environment.
    os.environ["TESTS_FOLDER"] = tempfile.mkdtemp(prefix="escalation-tests-")
    atexit.register(shutil.rmtree, os.environ["TESTS_FOLDER"], ignore_errors=True)
os.environ["DATA_DIR"] = os.environ["TESTS_FOLDER"]

from escalation.settings import *  # noqa: F403
from escalation.settings import DATABASES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": Path(os.environ["TESTS_FOLDER"]) / "test.sqlite3"}

# A thread of the live server must not keep its connection after the request: the database is dropped in the end.
DATABASES["default"]["CONN_MAX_AGE"] = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files straight from where they lie, so that no test needs them collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
