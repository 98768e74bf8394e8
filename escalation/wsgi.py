"""What a web server runs: `gunicorn escalation.wsgi -c escalation/gunicorn.py`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "escalation.settings")
application = get_wsgi_application()

# A web server does not run Django's checks by itself, so an insecure installation would start unnoticed.
from escalation.checks import refuse_if_insecure  # noqa: E402  (needs the settings set up above)

refuse_if_insecure()
