"""Django settings. Everything that differs between installations comes from the environment."""

import os
from pathlib import Path

from config import environment
from config.embedded.postgres import database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("ZHITU_VAR") or BASE_DIR / "var").absolute()

DEBUG = environment.flag("DEBUG", default=True)
_secrets = environment.load_secrets(debug=DEBUG, var=VAR_DIR)
SECRET_KEY = _secrets.signing
ENCRYPTION_KEY = _secrets.encryption
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

WEB_PORT = environment.port("WEB_PORT", 8000)
POSTGRES_PORT = environment.port("POSTGRES_PORT", 54320)
TEMPORAL_PORT = environment.port("TEMPORAL_PORT", 7233)
TEMPORAL_UI_PORT = environment.port("TEMPORAL_UI_PORT", 8233)
SIMULATOR_PORT = environment.port("SIMULATOR_PORT", 8100)
SIMULATOR_SMTP_PORT = environment.port("SIMULATOR_SMTP_PORT", 8125)
# Where customers' and staff's phones reach this installation.
PUBLIC_URL = (os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{WEB_PORT}").rstrip("/")

# One for each core of a small machine; on a large one the database is the limit before they are.
WORKER_PROCESSES = environment.count("WORKER_PROCESSES", min(os.cpu_count() or 1, 4))
WEB_PROCESSES = environment.count("WEB_PROCESSES", min(os.cpu_count() or 1, 4))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_standardized_errors",
    "workspaces",
    "profiles",
    "channels_app",
    "journeys",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.AdminMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_URL = os.environ.get("DATABASE_URL") or database_url(VAR_DIR / "postgres", POSTGRES_PORT)
DATABASES = {
    "default": {
        **environment.database(DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Instants are stored and computed in UTC; a workspace's and a person's own zone apply where they must.
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
CONSOLE_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [CONSOLE_DIST] if CONSOLE_DIST.exists() else []

# Files of imports and exports. Another storage of Django's (object storage, say) is named by FILES_STORAGE, a dotted path, and
# FILES_STORAGE_OPTIONS, a JSON object.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "files": environment.storage(VAR_DIR / "files"),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Each web process relays PostgreSQL NOTIFY to its own sockets, so the layer never leaves the process.
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# A body over this size is refused with 413 before it is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# An operator's webhook must not reach what only this machine can reach: loopback, the network around it, its cloud's
# metadata. An administrator may allow all of it, or some hosts by name.
WEBHOOK_ALLOW_PRIVATE = environment.flag("WEBHOOK_ALLOW_PRIVATE", default=False)
WEBHOOK_ALLOWED_HOSTS = [host.lower() for host in environment.words("WEBHOOK_ALLOWED_HOSTS")]
# How long the record of a call whose fate is known is kept.
WEBHOOK_CALLS_KEPT_DAYS = environment.count("WEBHOOK_CALLS_KEPT_DAYS", 30)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.flag("COOKIE_SECURE", default=not DEBUG)
SECURE_CONTENT_TYPE_NOSNIFF = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "workspaces.api.authentication.SessionAuthentication",
        "workspaces.api.authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["workspaces.api.permissions.InWorkspace"],
    "DEFAULT_PARSER_CLASSES": ["workspaces.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "workspaces.api.pagination.CreatedCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "workspaces.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "workspaces.api.handler.ExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "workspaces.api.handler.ExceptionFormatter",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zhitu API",
    "DESCRIPTION": "Events in, journeys run, results out.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Names for the console's generated types, where one field name has several sets of choices.
    "ENUM_NAME_OVERRIDES": {
        "JourneyStateEnum": "journeys.choices.JourneyState",
        "EnrollmentStateEnum": "journeys.choices.EnrollmentState",
        "ForecastStateEnum": "journeys.choices.ForecastState",
        "ReviewStateEnum": "journeys.choices.ReviewState",
        "ReviewGroupEnum": "journeys.choices.ReviewGroup",
        "ChangeKindEnum": "journeys.choices.ChangeKind",
        "ReviewUnitEnum": "journeys.api.review_stats_serializers.UNITS",
        "LossBarEnum": "journeys.api.review_stats_serializers.BAR_KEYS",
        "ParameterKindEnum": "journeys.api.play_serializers.PARAMETER_KINDS",
        "ComingKindEnum": "journeys.api.listing_serializers.COMING",
        "TouchedByEnum": "journeys.review.attribution.report.BY",
        "ImportKindEnum": "profiles.models.imports.ImportKind",
        "ImportStateEnum": "profiles.models.imports.ImportState",
        "ExportStateEnum": "profiles.models.exports.ExportState",
        "SyncStateEnum": "channels_app.choices.SyncState",
        "MessageStateEnum": "channels_app.choices.MessageState",
        "TemplateStateEnum": "channels_app.choices.TemplateState",
        "ConsentStatusEnum": "profiles.choices.ConsentStatus",
        "TagKindEnum": "profiles.choices.TagKind",
        # Tag jobs and erasures alike.
        "JobStateEnum": "profiles.choices.JobState",
        "SegmentKindEnum": "profiles.models.segment.SegmentKind",
        "ComputedKindEnum": "profiles.choices.ComputedKind",
        "ComputedStateEnum": "profiles.api.computed_serializers.STATES",
        "ModelKindEnum": "profiles.api.computed_serializers.MODEL_KINDS",
        "RoleEnum": "workspaces.choices.Role",
        "ErrorTypeEnum": "workspaces.api.serializers.ERROR_TYPES",
        "MessageTypeEnum": "profiles.tracking.KINDS",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
