"""Settings, read from the environment. `shangwu run` sets it for its children; DESIGN.md says why each is so.

DATABASE_URL: any PostgreSQL 15+. SHANGWU_VAR: the data folder. SHANGWU_SECRET_KEY: signs sessions and links.
SHANGWU_HOSTS: names under which the house is reached. SHANGWU_DEMO: demo sign-ins are offered (loopback only).
SHANGWU_SECURE: the house is reached by https. SHANGWU_PROXIES: how many of our own proxies stand in front.
SHANGWU_OIDC: company sign-ins. SHANGWU_DEBUG: developer pages.
"""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pghistory
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from shangwu.config.company_sign_ins import company_sign_ins

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SHANGWU_VAR", "var")).resolve()

DEBUG = os.environ.get("SHANGWU_DEBUG") == "1"
DEMO = os.environ.get("SHANGWU_DEMO") == "1"
SECURE = os.environ.get("SHANGWU_SECURE") == "1"
SECRET_KEY = os.environ.get("SHANGWU_SECRET_KEY") or "unset-key-for-tests-and-building-only"
ALLOWED_HOSTS = os.environ.get("SHANGWU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
INTERNAL_IPS = ["127.0.0.1"]
PROXIES = int(os.environ.get("SHANGWU_PROXIES") or 0)

INSTALLED_APPS = [
    "shangwu.foundation.records",
    "shangwu.foundation.people",
    "shangwu.foundation.pages",  # before allauth, whose templates it draws in our frame
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    # A worker signs nobody in: the HTTP library behind this would be a twentieth of an idle one.
    *([] if sys.argv[1:2] in (["procrastinate"], ["worker"]) else ["allauth.socialaccount.providers.openid_connect"]),
    "allauth.usersessions",
    "shangwu.foundation.calendars",
    "shangwu.foundation.numbering",
    "shangwu.foundation.own_fields",
    "shangwu.foundation.access",
    "shangwu.foundation.audit",
    "shangwu.foundation.actions",
    "shangwu.foundation.files",
    "shangwu.foundation.jobs",
    "shangwu.foundation.measures",
    "shangwu.foundation.notices",
    "shangwu.foundation.approvals",
    "shangwu.foundation.regulation",
    "shangwu.foundation.duties",
    "shangwu.foundation.administration",
    "shangwu.foundation.exchange",
    "shangwu.foundation.board",
    "shangwu.foundation.evidence",
    "shangwu.foundation.api",
    "shangwu.chapters.channels",
    "shangwu.chapters.customers",
    "shangwu.chapters.sales",
    "shangwu.chapters.analytics",
    "shangwu.chapters.research",
    "shangwu.chapters.targeting",
    "shangwu.chapters.marketing",
    "shangwu.chapters.attendance",
    "shangwu.chapters.meetings",
    "shangwu.chapters.documents",
    "shangwu.chapters.secrecy",
    "shangwu.chapters.appraisal",
    "shangwu.demo",
    "shangwu.config",  # the last: see its apps.py
]

MIDDLEWARE = [
    "shangwu.foundation.administration.proxies.real_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; pads each answer at random against BREACH
    "shangwu.foundation.pages.middleware.last_resort",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shangwu.foundation.administration.sessions.limits",
    "shangwu.foundation.pages.middleware.language",
    "shangwu.foundation.administration.sessions.own_password",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shangwu.foundation.pages.middleware.reader",
]

ROOT_URLCONF = "shangwu.config.urls"
WSGI_APPLICATION = "shangwu.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "shangwu.foundation.pages.frame.context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.l10n",
                "template_partials.templatetags.partials",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = urlsplit(os.environ.get("DATABASE_URL", "postgresql://shangwu@127.0.0.1:5432/shangwu"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"application_name": "shangwu", "connect_timeout": 10},
    }


DATABASES = {"default": _database()}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shangwu_cache"},
    # Parts of the frame that are the same on every page of a reader, in each web process.
    "frame": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "frame", "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}  # fmt: skip

PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)
PGHISTORY_APPEND_ONLY = True
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False

# Sign-in
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "shangwu.foundation.administration.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "shangwu.foundation.administration.sign_in.SocialAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/key,20/m/ip", "login": "30/m/ip"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "shangwu.foundation.administration.passkeys.PasskeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False  # administration/sessions.py does so, once a minute
SOCIALACCOUNT_PROVIDERS = company_sign_ins(os.environ.get("SHANGWU_OIDC", ""))
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link on the sign-in page; the answer is tied to this browser by state and nonce
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "shangwu_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "shangwu_csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shangwu.foundation.pages.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-elem": [SELF],
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Language and time. A legal entity has its own zone; this one is for times without a reader.
LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("Traditional Chinese")), ("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Taipei"
LANGUAGE_COOKIE_NAME = "shangwu_language"
FORMAT_MODULE_PATH = ["shangwu.config.formats"]

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("SHANGWU_STATIC", str(VAR / "static")))
STATICFILES_DIRS = [BASE / "static"]
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "files": {"BACKEND": "shangwu.foundation.files.storage.Folder", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if os.environ.get("SHANGWU_STATIC")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not os.environ.get("SHANGWU_STATIC")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FACTS = VAR / "facts"
ENGINE = os.environ.get("SHANGWU_ENGINE", "duckdb")  # duckdb, spark or clickhouse: what answers questions
SPARK_MASTER = os.environ.get("SHANGWU_SPARK_MASTER", "local[2]")
SNAPSHOTS = VAR / "snapshots"  # frozen facts of locked months: unlike the facts, nothing else could bring them back

# Calls to addresses that people enter: loopback and plain http only for a trial on one machine
OUTGOING_LOOPBACK = os.environ.get("SHANGWU_OUTGOING_LOOPBACK") == "1"

# Mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("SHANGWU_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("SHANGWU_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("SHANGWU_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SHANGWU_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("SHANGWU_MAIL_TLS") == "starttls"
EMAIL_USE_SSL = os.environ.get("SHANGWU_MAIL_TLS") == "tls"
EMAIL_TIMEOUT = 10
SITE_ADDRESS = os.environ.get("SHANGWU_ADDRESS", "http://localhost:8000")
DEFAULT_FROM_EMAIL = os.environ.get("SHANGWU_MAIL_FROM", "shangwu@localhost")
# The mailbox of the department, from which customers' answers are fetched; none without a host
CUSTOMER_MAIL = os.environ.get("SHANGWU_CUSTOMER_MAIL", DEFAULT_FROM_EMAIL)
MAILBOX_HOST = os.environ.get("SHANGWU_IMAP_HOST", "")
MAILBOX_PORT = int(os.environ.get("SHANGWU_IMAP_PORT", "993"))
MAILBOX_USER = os.environ.get("SHANGWU_IMAP_USER", "")
MAILBOX_PASSWORD = os.environ.get("SHANGWU_IMAP_PASSWORD", "")
MAILBOX_FOLDER = os.environ.get("SHANGWU_IMAP_FOLDER", "INBOX")
COMPLAINTS_FOLDER = os.environ.get("SHANGWU_IMAP_COMPLAINTS", "")

# The platform that knows where parcels are, such as https://poll.kuaidi100.com; none without an address and a key
KUAIDI100_ADDRESS = os.environ.get("SHANGWU_KUAIDI100_ADDRESS", "")
KUAIDI100_CUSTOMER = os.environ.get("SHANGWU_KUAIDI100_CUSTOMER", "")
KUAIDI100_KEY = os.environ.get("SHANGWU_KUAIDI100_KEY", "")

# A language model that words the findings of reports, such as https://model.example/v1; none without an address
WRITER_ADDRESS = os.environ.get("SHANGWU_WRITER_ADDRESS", "")
WRITER_KEY = os.environ.get("SHANGWU_WRITER_KEY", "")
WRITER_MODEL = os.environ.get("SHANGWU_WRITER_MODEL", "")
WRITER_CLEARANCE = int(os.environ.get("SHANGWU_WRITER_CLEARANCE") or 0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"shangwu": {"level": "INFO"}},
}

PROCRASTINATE_APP = "shangwu.foundation.jobs.queue.app"
SILENCED_SYSTEM_CHECKS = ["account.W001"]
