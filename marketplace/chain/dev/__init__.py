"""Conveniences of the local development chain. None of this exists on any other (`settings.DEV_CHAIN`)."""
