"""Signing in is proving control of a wallet (`accounts.actions.sign_in`); this finds the session's account again."""

from marketplace.accounts.models import Account


class WalletBackend:
    def authenticate(self, request, account: Account | None = None) -> Account | None:
        return account if account is not None and account.is_active else None

    def get_user(self, pk: int) -> Account | None:
        return Account.objects.filter(pk=pk, is_active=True).first()
