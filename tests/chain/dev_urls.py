"""The routes of the local chain, as they are mounted there."""

from django.urls import include, path

urlpatterns = [path("dev/", include("marketplace.chain.dev.urls"))]
