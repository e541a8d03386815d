"""Reads of accounts."""

from collections.abc import Iterable

from django.contrib.auth.base_user import BaseUserManager


class AccountManager(BaseUserManager):
    def at(self, address: str):
        """The account of a wallet, made at its first sign-in."""
        account, _ = self.get_or_create(address=address.lower())
        return account

    def names(self, addresses: Iterable[str]) -> dict[str, str]:
        """What the owners of these wallets want to be called. Those who did not say, or never came, are left out."""
        named = self.filter(address__in={address.lower() for address in addresses}).exclude(name="")
        return dict(named.values_list("address", "name"))
