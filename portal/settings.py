"""Settings of the portal: one file, read from the environment, checked at start by `portal.core.checks`.

Two ways to run, one code base. Without DATABASE_URL and REDIS_URL the portal runs on SQLite and the file system
(`make run`); with them on PostgreSQL and Redis. Keys live in the environment or in `var/portal.env`, which the
first start writes.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.core.keys import ensure_keys
from portal.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
DATA_DIR = Path(env.str("PORTAL_DATA_DIR", default=str(BASE_DIR / "var")))
if not env.str("DATABASE_URL", default=""):
    ensure_keys(DATA_DIR)  # without a server database the portal makes its own keys at the first start
environ.Env.read_env(DATA_DIR / "portal.env")

DEBUG = env.bool("DEBUG", default=False)
# Demo mode shows the accounts on the sign-in page and lifts the second factor; never set it in production.
DEMO = env.bool("PORTAL_DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
# Comma-separated `id:base64(32 bytes)`; the first one encrypts, all decrypt. See `rotate_keys`.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
# The same form for the blind index; the first one is searched first.
BLIND_KEYS = env.list("BLIND_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "template_partials",
    "django_htmx",
    "django_structlog",
    "portal.core",
    "portal.people",
    "hall",
    "hall.ratings",
    "hall.queue",
    "hall.appointments",
    "hall.attendance",
    "hall.patrols",
    "hall.social",
    "hall.board",
    "approvals.catalogue",
    "approvals.cases",
    "approvals.payments",
    "approvals.delivery",
    "approvals.certificates",
    "approvals.promises",
    "approvals.pledges",
    "approvals.instant",
    "approvals.packages",
    "approvals.projects",
    "approvals.reform",
    "approvals.counter",
    "hotline",
    "hotline.knowledge",
    "hotline.routing",
    "hotline.calls",
    "hotline.province",
    "hotline.districts",
    "hotline.open311",
    "hotline.insight",
    "procurement",
    "procurement.bidders",
    "procurement.tenders",
    "procurement.bids",
    "procurement.experts",
    "procurement.evaluation",
    "procurement.awards",
    "procurement.conduct",
    "procurement.oversight",
    "procurement.opendata",
    "portal.supervision",
    "portal.supervision.reports",
    "portal.supervision.monitoring",
    "portal.supervision.dashboards",
    "portal.supervision.scores",
    "portal.supervision.opengov",
    "portal.api",
    "portal.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.people.second_factor.SecondFactorMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.core.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

# An index with more columns than its key is one without them on SQLite, which is right there.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.core.context.portal",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000;",
    }
    # A file, not memory: threads, workers and the browser tests share it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Off on purpose: with IMMEDIATE a reading page would wait for a writer. Actions open their own transaction.
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

FILES_DIR = DATA_DIR / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(FILES_DIR)}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.str("FILES_S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("FILES_S3_BUCKET"),
            "endpoint_url": env.str("FILES_S3_ENDPOINT", default=None),
            "default_acl": "private",
            "querystring_auth": True,
        },
    }
# Papers are signed with this PKCS#12 key; a demonstration without one founds an authority in the data directory.
SIGNING_KEY_FILE = env.str("SIGNING_KEY_FILE", default="")
SIGNING_KEY_PASS = env.str("SIGNING_KEY_PASS", default="")
SIGNING_ROOTS = env.str("SIGNING_ROOTS", default="")  # PEM: the roots that our signatures lead to
SIGNING_DEMO = env.bool("SIGNING_DEMO", default=DEMO)
SEALS_DIR = env.str("SEALS_DIR", default=str(DATA_DIR / "seals"))  # another disk in production
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = ["portal.core.files.upload.BoundedUploadHandler"]
# The service of the identity-card reader on the clerks' own machines, for instance http://127.0.0.1:19196; empty = none.
CARD_READER_URL = env.str("CARD_READER_URL", default="")
VIRUS_SCANNER = env.str("VIRUS_SCANNER", default="")  # host:port of a clamd; empty = no scanner
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Celery -------------------------------------------------------------------------------------------------------------

BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # workers log as the web does, without personal data
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# The provincial 12345 platform: where our replies go, and the secret with which both sides sign.
PROVINCE_ADAPTER = env.str("PROVINCE_ADAPTER", default="hotline.province.adapters.HttpJsonProvince")
PROVINCE_URL = env.str("PROVINCE_URL", default="")
PROVINCE_SECRET = env.str("PROVINCE_SECRET", default="")
# The jurisdiction of the Open311 interface; empty = whatever a client names is taken for this city.
OPEN311_JURISDICTION = env.str("OPEN311_JURISDICTION", default="")

# Open contracting data: the prefix that the Open Contracting Partnership gave this publisher (the default is made up and
# has to be replaced before real data is published), and the address of the licence.
OCDS_PREFIX = env.str("OCDS_PREFIX", default="ocds-hz0123")
OCDS_LICENSE = env.str("OCDS_LICENSE", default="https://creativecommons.org/licenses/by/4.0/")

# --- people and security ------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.people.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "portal.site.views.errors.csrf_failure"
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "site:landing"
LOGOUT_REDIRECT_URL = "site:home"
AXES_FAILURE_LIMIT = env.int("LOCK_AFTER", default=5)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "portal.people.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "portal.people.lockout.account_key"  # no telephone number stands in the tables of failures
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
AXES_VERBOSE = False

SECURE = env.bool("PORTAL_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- language, time -----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False  # it would write the year as 2,026

# --- static -------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- API ----------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "portal.core.api.problems.handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Government service centre: interface for departments' systems",
    "DESCRIPTION": "Version 1 grows additively only. Errors are problem details (RFC 9457); see docs/api.md.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api.openapi.with_scopes",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ApplicantTypeEnum": ["person", "organisation"],
        "ItemTypeEnum": ["permit", "confirmation", "benefit", "reward", "ruling", "other_power", "service"],
        "CaseKindEnum": ["immediate", "promise"],
        "MaterialKindEnum": ["original", "copy", "electronic"],
        "AskKindEnum": ["text", "choice", "choices", "days", "date"],
        "ClientKindEnum": ["system", "device"],
        "VersionStateEnum": ["published", "retired"],
        "ImportStateEnum": ["uploaded", "running", "done", "failed", "cancelled"],
        "WebhookStateEnum": ["active", "paused", "disabled"],
        "DeliveryStateEnum": ["waiting", "delivered", "parked"],
    },
}
# Networks that webhooks may call although they are not public, as CIDR: the government's intranet, for instance.
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])
API_PROXIES = env.int("API_PROXIES", default=0)  # how many proxies of ours add to X-Forwarded-For

# --- notices going out --------------------------------------------------------------------------------------------------

NOTIFY_BY = env.list("NOTIFY_BY", default=["in_app", "sms", "email"])  # what this centre tells people by
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@haizhou.example")
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")  # empty = no gateway: SMS stay visible as "not sent"
SMS_QUIET_HOURS = tuple(env.list("SMS_QUIET_HOURS", cast=int, default=[21, 8]))  # from, to; equal = none
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")

# --- fees ----------------------------------------------------------------------------------------------------------------

# Dotted paths of adapters (see approvals/payments/providers/base.py); none = fees are paid at the window only.
PAYMENT_PROVIDERS = env.list("PAYMENT_PROVIDERS", default=[])
# Adapters of public trading by their code: who verifies bonds, and who signs bids within the page.
BOND_PROVIDER = env.str("BOND_PROVIDER", default="")
BID_SIGNER = env.str("BID_SIGNER", default="")
# Where the watch over deadlines asks whether the pages answer; empty = it does not ask.
WATCH_URL = env.str("PORTAL_WATCH_URL", default=env.str("SITE_URL", default=""))
# Telephone systems that report calls, as code:secret (see hotline/calls/telephone.py).
TELEPHONES = env.list("TELEPHONES", default=[])
# Dotted paths of adapters that ask carriers where a letter is (see approvals/delivery/carriers.py).
POST_CARRIERS = env.list("POST_CARRIERS", default=[])

# --- logging ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.core.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

# --- the centre ---------------------------------------------------------------------------------------------------------

CENTRE_NAME = env.str("CENTRE_NAME", default="海州市政务服务中心")
CENTRE_NAME_EN = env.str("CENTRE_NAME_EN", default="Haizhou Government Service Centre")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
# What papers say of the city: the letter before an authority's own in document numbers, and where to turn after a "no".
DOCUMENT_LETTER = env.str("DOCUMENT_LETTER", default="海")
REVIEW_AUTHORITY = env.str("REVIEW_AUTHORITY", default="海州市人民政府")
REVIEW_AUTHORITY_EN = env.str("REVIEW_AUTHORITY_EN", default="Haizhou Municipal People's Government")
REVIEW_COURT = env.str("REVIEW_COURT", default="有管辖权的人民法院")
REVIEW_COURT_EN = env.str("REVIEW_COURT_EN", default="the people's court that has jurisdiction")
