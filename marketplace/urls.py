"""Where each part of the site is mounted."""

from django.conf import settings
from django.urls import include, path

from marketplace.api.health import healthz
from marketplace.api.urls import api

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", api.urls),
    path("ipfs/", include("marketplace.content.urls")),
    path("", include("marketplace.web.urls")),
]

if settings.DEV_CHAIN:
    urlpatterns.append(path("dev/", include("marketplace.chain.dev.urls")))
