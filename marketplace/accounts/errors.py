"""Why a sign-in is refused, in the user's words. Each error has a stable `code` for pages and the API."""


class SignInError(Exception):
    """Base of every refused sign-in. Nobody is signed in or out by it. `message` is for the user."""

    code = "sign-in"

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class BadAddress(SignInError):
    code = "bad-address"

    def __init__(self) -> None:
        super().__init__(
            "That is not a wallet address: it must be 0x and 40 hexadecimal digits. Connect your wallet again."
        )


class MalformedMessage(SignInError):
    code = "malformed-message"

    def __init__(self) -> None:
        super().__init__(
            "What your wallet signed is not a sign-in message that we can read. Reload this page and sign in again; "
            "if it happens again, update your wallet."
        )


class UnknownNonce(SignInError):
    """The message answers no question that this site asked in this browser."""

    code = "unknown-nonce"

    def __init__(self) -> None:
        super().__init__(
            "This sign-in was not started in this browser. Allow cookies for this site, reload this page and sign in "
            "again."
        )


class Replayed(SignInError):
    code = "replayed"

    def __init__(self) -> None:
        super().__init__("This signature was used to sign in before and works only once. Sign in again with a new one.")


class Expired(SignInError):
    code = "expired"

    def __init__(self, minutes: int):
        super().__init__(
            f"The sign-in message is no longer valid: it has to be signed within {minutes} minutes. Sign in again."
        )


class NotYetValid(SignInError):
    code = "not-yet-valid"

    def __init__(self) -> None:
        super().__init__("The sign-in message is only valid later than now. Set your device's clock and sign in again.")


class ForeignDomain(SignInError):
    code = "foreign-domain"

    def __init__(self, signed: str, expected: str):
        super().__init__(
            f"You signed a message for {signed}, but this is {expected}. Somebody may be trying to use your signature "
            f"elsewhere: sign only at the address that you opened yourself."
        )


class WrongChain(SignInError):
    code = "wrong-chain"

    def __init__(self, signed: int, expected: int):
        super().__init__(
            f"Your wallet signed for network {signed}, but this site works on network {expected}. "
            f"Switch the network in your wallet and sign in again."
        )


class BadSignature(SignInError):
    code = "bad-signature"

    def __init__(self, address: str):
        super().__init__(f"The signature is not by {address}. Choose that account in your wallet and sign in again.")


class ChainUnreachable(SignInError):
    """A contract wallet's signature can only be checked by asking the contract."""

    code = "node-down"

    def __init__(self, address: str):
        super().__init__(
            f"The signature is not by {address} itself, and we cannot reach the network to ask whether that is a "
            f"contract wallet that accepts it. Try again in a minute, or choose that account in your wallet."
        )


class AccountClosed(SignInError):
    code = "account-closed"

    def __init__(self) -> None:
        super().__init__("This account was closed on this site. What its wallet holds on the chain is not affected.")


class BadName(Exception):
    """A name that an account cannot have. `message` is for the user."""

    code = "bad-name"

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message
