"""A Django project with django-oauth-toolkit as its documentation puts it together; everything is in memory."""

import secrets

LIFETIME_SECONDS = 10

SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "urls"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
# What is slow on purpose would make the run last minutes, and is nothing that it judges.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OAUTH2_PROVIDER = {
    "SCOPES": {
        "orders:read": "Read orders",
        "orders:write": "Write orders",
        "introspection": "Introspect tokens",
    },
    "DEFAULT_SCOPES": ["orders:read", "orders:write"],
    "SCOPES_BACKEND_CLASS": "scopes.ScopesOfClient",
    "ACCESS_TOKEN_EXPIRE_SECONDS": LIFETIME_SECONDS,
}
