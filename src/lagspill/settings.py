"""All settings, read from the environment, typed. An unknown word or a missing secret stops the start.

Every variable stands in `.env.example`. Code reads `django.conf.settings`, never this module.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]


class Misconfigured(SystemExit):
    """A setting is wrong; the message says which and what is expected."""


def _word(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        raise Misconfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise Misconfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _secret(name: str) -> str:
    """A secret from NAME, or from the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    value = Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, "")
    if len(value) < 32:
        raise Misconfigured(f"{name} (or {name}_FILE) is missing or shorter than 32 characters.")
    return value


def _mail_url() -> str:
    """Where mail goes: LAGSPILL_MAIL_URL, or the file that LAGSPILL_MAIL_URL_FILE points to; a maildir where all is play."""
    path = os.environ.get("LAGSPILL_MAIL_URL_FILE")
    value = Path(path).read_text(encoding="utf-8").strip() if path else ""
    value = value or os.environ.get("LAGSPILL_MAIL_URL", "")
    data = os.environ.get("LAGSPILL_DATA")
    if not value and data and MODE != "production":
        return f"maildir://{quote(str(Path(data).resolve() / 'mail'))}"
    if value and urlsplit(value).scheme not in ("smtp", "smtps", "maildir"):
        raise Misconfigured("LAGSPILL_MAIL_URL must begin with smtp://, smtps:// or maildir://")
    return value


def _database(name: str) -> dict[str, Any]:
    url = os.environ.get(name, "")
    if not url:
        raise Misconfigured(
            f"{name} is missing. `./run` sets it; see .env.example for a server of your own."
        )
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Misconfigured(f"{name} must begin with postgresql://")
    return {
        "ENGINE": "lagspill.tenancy.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "lagspill",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {},
    }


MODE = _word("LAGSPILL_MODE", "production", ("production", "demo", "test", "bench"))
SECRET_KEY = _secret("LAGSPILL_SECRET_KEY")
IDENTITY_KEY = _secret("LAGSPILL_IDENTITY_KEY")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LAGSPILL_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CONTENT_DIR = Path(os.environ.get("LAGSPILL_CONTENT", ROOT / "content"))

INSTALLED_APPS = [
    "lagspill.shell",
    "lagspill.fhir",
    "lagspill.followup",
    "lagspill.agreements",
    "lagspill.conversations",
    "lagspill.assessments",
    "lagspill.children",
    "lagspill.promises",
    "lagspill.people",
    "lagspill.dispatch",
    "lagspill.access",
    "lagspill.audit",
    "lagspill.tenancy",
    "lagspill.ui",
    "lagspill.kernel",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
]
MIDDLEWARE = [
    "lagspill.ui.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lagspill.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lagspill.access.middleware.ActorMiddleware",
    "lagspill.access.middleware.DoorMiddleware",
    "lagspill.access.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "lagspill.urls"
WSGI_APPLICATION = "lagspill.wsgi.application"

_POOL = {"min_size": 1, "max_size": _number("LAGSPILL_POOL", 8), "timeout": 10}
DATABASES = {"default": _database("DATABASE_URL"), "owner": _database("DATABASE_OWNER_URL")}
DATABASES["default"] |= {"ATOMIC_REQUESTS": True, "TEST": {"MIRROR": "owner"}}
DATABASES["owner"] |= {
    "TEST": {"DEPENDENCIES": [], "NAME": os.environ.get("LAGSPILL_TEST_DATABASE") or None}
}
if MODE in ("production", "demo"):
    DATABASES["default"]["OPTIONS"]["pool"] = _POOL
DATABASE_ROUTERS = ["lagspill.tenancy.router.OwnerMigrates"]
DATABASE_APP_ROLE = DATABASES["default"]["USER"]
DATABASE_DEFINER_ROLE = os.environ.get("LAGSPILL_DEFINER_ROLE", "lagspill_definer")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "lagspill.shell.context.page",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lagspill.ui.templatetags.ui",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "sprak"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("LAGSPILL_STATIC_ROOT", ROOT / "static"))
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "staticfiles": {"BACKEND": _MANIFEST if MODE in ("production", "demo", "bench") else _PLAIN}
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = MODE == "test"

SESSION_ENGINE = "lagspill.access.sessions"
SESSION_COOKIE_NAME = "okt"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = MODE == "production"
CSRF_FAILURE_VIEW = "lagspill.shell.views.frame.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not no-referrer: a browser then sends "Origin: null" with our own forms, and they are refused.
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

MAIL_URL = _mail_url()
MAIL_FROM = os.environ.get("LAGSPILL_MAIL_FROM", "ikke-svar@lagspill.invalid")
# Jobs are found in every capability's jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
SITE_URL = os.environ.get("LAGSPILL_SITE_URL", "http://localhost:8000")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "lagspill.kernel.logging.LineFormatter"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["err"], "level": "WARNING"},
    "loggers": {"lagspill": {"level": "INFO"}},
}
