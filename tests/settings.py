"""The project's settings for tests: nothing of the machine's installation is touched, and passwords hash fast."""

import os
import tempfile
from pathlib import Path

os.environ["DEMONSTRATION"] = "1"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="escalation-tests-"))
os.environ["SECRET_KEY"] = "for-tests-only-" + "0123456789" * 5
os.environ["REDIS_URL"] = ""
os.environ.setdefault("DATABASE_URL", "")

from escalation.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = Path(os.environ["DATA_DIR"]) / "static"
