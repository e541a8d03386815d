from django.contrib.auth.base_user import BaseUserManager


class AccountManager(BaseUserManager):
    def at(self, address: str):
        """The account of a wallet, made at its first sign-in."""
        account, _ = self.get_or_create(address=address.lower())
        return account
