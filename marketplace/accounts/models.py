from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone

from marketplace.accounts.querysets import AccountManager
from marketplace.chain.fields import AddressField


class Account(AbstractBaseUser):
    """Somebody who proved that they control a wallet. There is no password: signing in is an EIP-4361 message."""

    address = AddressField(unique=True)
    name = models.CharField(max_length=80, blank=True)  # what they want to be called; their address otherwise
    name_skeleton = models.CharField(max_length=400, blank=True)  # what the name looks like: text.skeleton
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "address"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = [
            # A name stands for its account in lists, so no two may look the same.
            models.UniqueConstraint(
                "name_skeleton", condition=~models.Q(name_skeleton=""), name="a_name_is_one_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address

    def controls(self, address: str) -> bool:
        return bool(address) and self.address == address.lower()


class SignInNonce(models.Model):
    """A nonce that was given out for one sign-in message, and whether it was used."""

    value = models.CharField(max_length=64, primary_key=True)
    session_key = models.CharField(max_length=40)  # of the browser that asked
    created = models.DateTimeField(default=timezone.now, db_index=True)
    used_at = models.DateTimeField(null=True)
