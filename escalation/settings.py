"""The settings, all of them read from the environment; docs of each name stand beside it.

Nothing set means an installation for real that lacks everything: it refuses to start (`escalation.checks`).
DEMONSTRATION=1 means invented data on this machine: a secret made at the first start, SQLite, mail written to files.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from escalation.environment import database, flag, number, secret_kept_in, text, words

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What kind of installation this is -------------------------------------------------------------------------------
# DEMONSTRATION=1: invented data, sign-ins shown to everybody. Never with real cases.
DEMONSTRATION = flag("DEMONSTRATION", default=False)
# DATA_DIR: the place of the SQLite file, the demonstration's secret and its mail.
DATA_DIR = Path(text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
SITE_NAME = "Escalation"
# SITE_URL: the address people type, without a path; links in messages begin with it.
SITE_URL = text("SITE_URL", f"http://127.0.0.1:{number('PORT', 8000)}").rstrip("/")
# DEBUG=1: error pages with the inside of the program. Refused outside a demonstration.
DEBUG = flag("DEBUG", default=False)
# SECRET_KEY: at least 50 characters, kept secret; it signs sessions and password links.
SECRET_KEY = text("SECRET_KEY") or (secret_kept_in(DATA_DIR / "secret-key") if DEMONSTRATION else "")
# ALLOWED_HOSTS: host names this site answers to, with commas between.
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or (["127.0.0.1", "localhost", "[::1]"] if DEMONSTRATION else [])

# --- HTTPS, and what stands in front ---------------------------------------------------------------------------------
# HTTPS=0 turns off the redirect and the secure cookies. Refused outside a demonstration.
HTTPS = flag("HTTPS", default=not DEMONSTRATION)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# TRUST_FORWARDED_PROTO=1: the proxy in front sets X-Forwarded-Proto itself and drops what a browser sends.
if flag("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# TRUSTED_PROXIES: how many proxies stand in front, so that rate limits count people and not the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXIES", 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "escalation.views.csrf_failure"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
# Seconds after which a person has to sign in again: since their last page, and since they signed in.
SESSION_IDLE_SECONDS = 60 * 60
SESSION_LIMIT_SECONDS = SESSION_COOKIE_AGE

# OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME: sign-in by an organisation's own accounts.
OIDC_SERVER_URL = text("OIDC_SERVER_URL")
_OIDC_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        # The code that an authenticator app photographs is an image inside the page.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Chromium applies form-action to redirects too, so the organisation's sign-in has to be allowed by name.
        "form-action": [SELF, *_OIDC_ORIGIN],
    }
}

# --- The application -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "escalation.apps.StaticFilesInUse",
    "django.forms",
    "csp",
    "guardian",
    "escalation.apps.EscalationConfig",
    "agencies",
    "policies",
    "cases",
    "notifications",
    "register",
    # After our own, so that our templates come before theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    # Outermost, so that answers which never reach a page are not kept either.
    "escalation.middleware.NothingKept",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "escalation.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "escalation.middleware.RuleViolationPages",
]

ROOT_URLCONF = "escalation.urls"
WSGI_APPLICATION = "escalation.wsgi.application"
FORM_RENDERER = "escalation.renderer.GovRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "escalation.context.frame",
            ],
            "builtins": ["escalation.templatetags.esc"],
        },
    }
]

# --- People and sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "agencies.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
# Guardian would add a user called "anonymous" to every database; nobody unknown has rights here.
ANONYMOUS_USER_NAME = None
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 4 * 3600

ACCOUNT_ADAPTER = "escalation.adapters.ClosedAccountAdapter"
ACCOUNT_FORMS = {"login": "escalation.sign_in.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An administrator gives the address with the invitation, so there is nothing left for its owner to prove.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A whole office may share one address, so an address gets more room than one account does.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/5m/ip,10/5m/key"}

MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION

SOCIALACCOUNT_ADAPTER = "escalation.adapters.ClosedSocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = bool(OIDC_SERVER_URL)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = bool(OIDC_SERVER_URL)
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "organisation",
                "name": text("OIDC_NAME", "your organisation's account"),
                "client_id": text("OIDC_CLIENT_ID"),
                "secret": text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else []
    }
}

# --- Data ------------------------------------------------------------------------------------------------------------
# DATABASE_URL: postgres://user:password@host:port/name; without it a SQLite file in DATA_DIR.
DATABASES = {"default": database(text("DATABASE_URL"), DATA_DIR / "escalation.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# REDIS_URL: broker of the background jobs and the cache that rate limits count in.
REDIS_URL = text("REDIS_URL")
# Without Redis there is one process (see `manage.py serve`), and its own memory is shared by all of its threads.
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "escalation",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }

# --- Background jobs -------------------------------------------------------------------------------------------------
# A message only wakes a worker up: what is due stands in the database. So nothing is worth waiting long for.
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"socket_timeout": 1.5, "socket_connect_timeout": 1.0, "retry_on_timeout": False, "max_retries": 0}
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_BROKER_CONNECTION_TIMEOUT = 1.0
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/London"
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False

# --- Mail ------------------------------------------------------------------------------------------------------------
# EMAIL_HOST, EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD, EMAIL_SECURITY (starttls, tls or none), EMAIL_FROM.
EMAIL_HOST = text("EMAIL_HOST")
EMAIL_SECURITY = text("EMAIL_SECURITY", "starttls")
EMAIL_PORT = number("EMAIL_PORT", {"starttls": 587, "tls": 465}.get(EMAIL_SECURITY, 25))
EMAIL_HOST_USER = text("EMAIL_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_PASSWORD")
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("EMAIL_FROM", f"{SITE_NAME} <escalation@localhost>")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if DEMONSTRATION and not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

# Who may still be told of a case at the moment a message leaves: a dotted name, so that messages need not know cases.
NOTIFICATIONS_MAY_KNOW = "cases.access.may_still_know"

# --- Language, time, files -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
LANGUAGES = [("en-gb", "English")]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static" / "build",
    BASE_DIR / "static" / "js",
    BASE_DIR / "static" / "images",
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "escalation.finders.DesignSystemFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "escalation.finders.HashedFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "escalation.logs.NoPersonalData"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    # LOG_LEVEL: INFO, WARNING or ERROR.
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "WARNING" if DEMONSTRATION else "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # SQL carries what people wrote, so it is never logged, at whatever level the rest is.
        "django.db.backends": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
