"""Mounted at /dev/ on the local chain only."""

from django.urls import path

from marketplace.chain.dev import views

app_name = "dev"
urlpatterns = [
    path("accounts", views.accounts, name="accounts"),
    path("rpc", views.rpc, name="rpc"),
]
