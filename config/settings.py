"""Settings, all from the environment. Without any, this is a development machine on loopback.

Outside development, set DEBUG=0, SECRET_KEY, AUDIT_KEY and ALLOWED_HOSTS. Without DEBUG, the application refuses to
start with the development keys.
"""

import os
import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def flag(name: str, default: bool) -> bool:
    """Return a yes/no environment variable."""
    value = os.environ.get(name, "")
    return default if value == "" else value.lower() in ("1", "true", "yes", "on")


def number(name: str, default: int) -> int:
    """Return an environment variable that is a whole number of at least 1."""
    value = os.environ.get(name, "") or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least 1, and not {value!r}.")
    return int(value)


DEVELOPMENT_KEY = "development-key-not-for-use-where-real-cases-are-held"

DEBUG = flag("DEBUG", True)
if not DEBUG:
    os.umask(0o077)  # what Footnote writes, only its own user may read
VAR_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_KEY)
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()  # sessions and tokens of older keys
# The key of the audit record's chain, and older ones. docs/record.md says how to replace each.
AUDIT_KEY = os.environ.get("AUDIT_KEY", DEVELOPMENT_KEY)
AUDIT_KEY_FALLBACKS = os.environ.get("AUDIT_KEY_FALLBACKS", "").split()
# The key that encrypts the secrets of second factors, and older ones. docs/record.md says how to replace it.
SECOND_FACTOR_KEY = os.environ.get("SECOND_FACTOR_KEY", DEVELOPMENT_KEY)
SECOND_FACTOR_KEY_FALLBACKS = os.environ.get("SECOND_FACTOR_KEY_FALLBACKS", "").split()
SHORTEST_KEY = 32  # characters
if not DEBUG:
    for name, value in (
        ("SECRET_KEY", SECRET_KEY),
        ("AUDIT_KEY", AUDIT_KEY),
        ("SECOND_FACTOR_KEY", SECOND_FACTOR_KEY),
    ):
        if value == DEVELOPMENT_KEY:
            raise ImproperlyConfigured(f"Set {name}: without DEBUG, Footnote does not start on the development key.")
        if len(value.strip()) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"{name} is empty or short. It needs {SHORTEST_KEY} random characters or more, such as the output of "
                "`openssl rand -base64 48`."
            )
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or (
    ["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    # first, so that its loaddata takes precedence over Django's
    "assessments",
    "coi",
    "accounts",
    "audit",
    "jobs",
    "operations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "operations.middleware.RequestMiddleware",  # outermost: it times and numbers everything
    "django.middleware.security.SecurityMiddleware",
    # These come before all that may refuse a request, so that errors and static files have their headers too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "operations.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.NoStoreMiddleware",  # after WhiteNoise: browsers may keep static files
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.SessionLimitMiddleware",
    "accounts.second_factor_gate.SecondFactorMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "audit.middleware.RecordMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.NoNulMiddleware",
    "operations.middleware.EncodingMiddleware",
    "accounts.middleware.BusyMiddleware",
    "coi.moment.OneMomentMiddleware",
    "assessments.pages.middleware.LastSaveMiddleware",  # innermost: both of its requests go through every other check
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["accounts.templatetags.forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coi.pages.context_processors.coi_age",
                "assessments.pages.context_processors.unread_notifications",
            ],
        },
    }
]

# --- database: SQLite by default, PostgreSQL by plain variables ---------------------------------
# Names sort alike on both: coi/text/collation.py says how a PostgreSQL database is made.
if os.environ.get("POSTGRES_DB"):
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["POSTGRES_DB"],
            "USER": os.environ.get("POSTGRES_USER", ""),
            "PASSWORD": os.environ.get("POSTGRES_PASSWORD", ""),
            "HOST": os.environ.get("POSTGRES_HOST", ""),
            "PORT": os.environ.get("POSTGRES_PORT", ""),
            # as long as on SQLite, and less than the time-out of the web server, so that the answer is 503
            "OPTIONS": {
                "connect_timeout": 10,
                "options": "-c lock_timeout=20s",
                "server_side_binding": True,  # no statement holds text of a case, so no log of statements does
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "config.sqlite",  # Django's, with a gate for those who write
            "NAME": os.environ.get("SQLITE_PATH", str(VAR_DIR / "footnote.sqlite3")),
            # Measured with eight writers: half of the transactions failed with the defaults, none with these.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: what was acknowledged survives a power cut, and the record is never behind its anchor
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
TYPED_TEXT = "coi.text.characters.accepted"  # cleans or refuses text typed about offices and staff
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.password_rules.EasyPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds that a link by e-mail works
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "accounts.sign_in_limits.SignInLimits"
AXES_CLIENT_IP_CALLABLE = "accounts.sign_in_limits.client_address"
KNOWN_BROWSER_COOKIE = "known-browser"
# Who must have a second factor: "roles" (supervisors, COI admins, auditors, administrators), "everyone" or "nobody".
# Everybody may have one.
SECOND_FACTOR_FOR = os.environ.get("SECOND_FACTOR_FOR", "") or ("nobody" if DEBUG else "roles")
if SECOND_FACTOR_FOR not in ("roles", "everyone", "nobody"):
    raise ImproperlyConfigured(f"SECOND_FACTOR_FOR must be roles, everyone or nobody, and not {SECOND_FACTOR_FOR!r}.")
BEHIND_PROXY = flag("BEHIND_PROXY", False)
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "accounts.attempts.counted_name"  # stores no unknown name: it may be a password
SESSION_COOKIE_AGE = number("SESSION_HOURS", 12) * 60 * 60  # seconds after the sign-in, however busy the person is
SESSION_IDLE_SECONDS = number("SESSION_IDLE_MINUTES", 60) * 60  # seconds after the person's last request
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/Zurich")
USE_TZ = True
DAY_FIELD = "coi.text.date_fields.DayInput"  # the form field in which a day is typed, also in layers below coi
SERIALIZATION_MODULES = {"yaml": "coi.files.yaml_fixtures"}  # plain loaddata reads as strictly as load_coi
USE_I18N = True

# --- static files -----------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- the browser ------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# messages may name places of a case, so they stay on the server and out of cookies
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
if not DEBUG:
    SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", True)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take neither from another host of the domain
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked for on the machine itself, without TLS
    KNOWN_BROWSER_COOKIE = "__Host-known-browser"
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_TEMP_DIR = VAR_DIR  # beside the data, not in a folder shared with other programs
EVENTS_LARGEST_UPLOAD = int(os.environ.get("EVENTS_LARGEST_UPLOAD_MB", "200")) * 1024**2  # bytes

# --- the record -------------------------------------------------------------------------------
# The file for the head of the record, outside the database and preferably on another disk or host. Empty: no file.
AUDIT_ANCHOR_FILE = os.environ.get("AUDIT_ANCHOR_FILE", str(VAR_DIR / "audit-head.json"))

# --- mail: notifications and links for a new password, without any content of a case ---------------------------------------
EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'console' if DEBUG else 'smtp'}.EmailBackend"
)
# Without it, no page offers a link by e-mail.
MAIL_IS_SET_UP = DEBUG or bool(os.environ.get("EMAIL_HOST") or os.environ.get("EMAIL_BACKEND"))
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = flag("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds: no page waits longer for a mail server
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "footnote@localhost")

# --- the library ------------------------------------------------------------------------------
COI_SECOND_PERSON = flag("COI_SECOND_PERSON", True)  # an author of a draft cannot publish it
COI_FINDINGS_IN_MEMORY = int(os.environ.get("COI_FINDINGS_IN_MEMORY", "20000"))  # at most, in each process

# --- the memo ---------------------------------------------------------------------------------
MEMO_SECONDS = float(os.environ.get("MEMO_SECONDS", "10"))  # of wall time, then the renderer is killed
MEMO_MEGABYTES = int(os.environ.get("MEMO_MEGABYTES", "512"))  # of address space for the renderer
MEMOS_AT_ONCE = int(os.environ.get("MEMOS_AT_ONCE", "2"))  # that all processes together lay out; others wait

# --- running ----------------------------------------------------------------------------------
# What monitoring sends as "Authorization: Bearer …" to read /metrics. Empty: there is no such page.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
# Where a flaw is reported, such as "mailto:security@office.example"; /.well-known/security.txt says so.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "operations.logs.JsonLines"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "stream": sys.stderr} | ({} if DEBUG else {"formatter": "json"})
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
if not DEBUG:
    # Django's own would also mail to administrators, and write text; one handler writes everything
    LOGGING["loggers"] = {"django": {"handlers": [], "level": "WARNING", "propagate": True}}
