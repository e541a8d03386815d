"""All settings, by environment. Every default is for one machine with nothing installed (`make up`)."""

from pathlib import Path

import environ

from marketplace.chain import profiles

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# State of this installation: database, content, uploads, keys, logs. `make reset` removes it.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
env.read_env(VAR_DIR / "env")  # secrets that set-up made for this checkout, if it did

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "marketplace.web.views.info.csrf_failure"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "ninja",
    "marketplace.chain",
    "marketplace.content",
    "marketplace.accounts",
    "marketplace.catalog",
    "marketplace.licensing",
    "marketplace.royalties",
    "marketplace.api",
    "marketplace.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.web.problems.Refusals",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.web.context.site",
            ],
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a reader that turns writer would fail at once instead of waiting its turn
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# Sessions are rows, not cache entries: losing Redis must not sign anybody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["marketplace.accounts.backends.WalletBackend"]
LOGIN_URL = "web:sign-in"

# --- chain ------------------------------------------------------------------------------------------------------

# CHAIN is a name from chain/profiles.toml, or a number. What is known of that chain are the defaults of what follows.
CHAIN_PROFILE = profiles.chosen(env("CHAIN", default=""), env("CHAIN_ID", cast=int, default=None))
CHAIN_ID = CHAIN_PROFILE.chain_id
# One node, or several separated by commas or spaces, the one to be preferred first (see chain.nodes).
CHAIN_RPC_URL = env("CHAIN_RPC_URL", default="http://127.0.0.1:8545")
# What a wallet that does not know the chain is told to use; ours may carry a key, so it is told only where it cannot.
CHAIN_PUBLIC_RPC_URLS = env.list(
    "CHAIN_PUBLIC_RPC_URLS", default=CHAIN_RPC_URL.replace(",", " ").split() if CHAIN_ID == 31337 else []
)
CHAIN_EXPLORER_URL = env("CHAIN_EXPLORER_URL", default="")  # "" links transactions to our own /activity pages
CHAIN_START_BLOCK = env.int("CHAIN_START_BLOCK", default=0)
# Blocks on top of one until it is taken as safe and as final: 0 where each block is the last word (anvil). Where
# there is no number, the node's own `safe` and `finalized` tags are believed.
CHAIN_SAFE_DEPTH = env("CHAIN_SAFE_DEPTH", cast=int, default=CHAIN_PROFILE.safe_depth)
CHAIN_FINAL_DEPTH = env("CHAIN_FINAL_DEPTH", cast=int, default=CHAIN_PROFILE.final_depth)
CHAIN_POLL_SECONDS = env.float("CHAIN_POLL_SECONDS", default=CHAIN_PROFILE.poll_seconds)
CHAIN_MAX_RANGE = env.int("CHAIN_MAX_RANGE", default=CHAIN_PROFILE.max_range)  # blocks in one eth_getLogs
DEPLOYMENTS_DIR = Path(env("DEPLOYMENTS_DIR", default=str(BASE_DIR / "contracts" / "deployments")))
# For deploy_contracts: the token that works are paid in ("" on the local chain: a test token), the fee, and the
# seconds between what the contracts' owner announces and its being done.
USDC_ADDRESS = env("USDC_ADDRESS", default="") or CHAIN_PROFILE.usdc
PROTOCOL_FEE_BPS = env.int("PROTOCOL_FEE_BPS", default=250)
TIMELOCK_DELAY = env.int("TIMELOCK_DELAY", default=0 if CHAIN_ID == 31337 else 48 * 3600)
# Test conveniences (demo wallet, faucet, RPC through our origin) exist here and nowhere else.
DEV_CHAIN = DEBUG and CHAIN_ID == 31337

# The keeper's key pays gas for payouts and for relayed purchases. It holds no right in any contract.
KEEPER_PRIVATE_KEY = env("KEEPER_PRIVATE_KEY", default="")
KEEPER_BATCH = env.int("KEEPER_BATCH", default=100)

# --- content ----------------------------------------------------------------------------------------------------

CONTENT_STORE = env("CONTENT_STORE", default="embedded")  # or "kubo"
CONTENT_ROOT = Path(env("CONTENT_ROOT", default=str(VAR_DIR / "content")))
KUBO_API = env("KUBO_API", default="/ip4/127.0.0.1/tcp/5001/http")
CONTENT_PROFILE = env("CONTENT_PROFILE", default="kubo-cidv1")  # how files are cut: content.unixfs.PROFILES
SITE_KEY = bytes.fromhex(env("SITE_KEY"))  # 32 bytes; wraps the key of every original
UPLOAD_ROOT = Path(env("UPLOAD_ROOT", default=str(VAR_DIR / "uploads")))
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=200 * 10**6)  # as pages and browsers count megabytes
UPLOAD_MAX_PIXELS = env.int("UPLOAD_MAX_PIXELS", default=80_000_000)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 2**20  # larger files are streamed to disk
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = ["marketplace.web.uploads.BoundedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

# --- work in the background -------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
# A page that sends a hint must not wait for a broker that is away (six seconds by default). Workers wait for it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0, "interval_start": 0, "socket_connect_timeout": 2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BEAT_SCHEDULE = {
    "deliver-outbox": {"task": "marketplace.chain.tasks.deliver_outbox", "schedule": 2.0, "options": {"expires": 10}},
    "review-intents": {"task": "marketplace.chain.tasks.review_intents", "schedule": 5.0, "options": {"expires": 15}},
    "pay-due": {"task": "marketplace.royalties.tasks.pay_due", "schedule": 15.0, "options": {"expires": 30}},
    "find-metadata": {"task": "marketplace.catalog.tasks.find_metadata", "schedule": 60.0, "options": {"expires": 60}},
    "clear-uploads": {"task": "marketplace.catalog.tasks.clear_abandoned_uploads", "schedule": 3600.0},
}

# --- pages ------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
FRONTEND_MANIFEST = BASE_DIR / "frontend" / "dist" / "manifest.json"

# The browser talks to our origin and to the wallet, and to nothing else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"  # wallets that open a window of their own
X_FRAME_OPTIONS = "DENY"

LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}
