"""Why a step did not go through."""


class BadAnswer(Exception):
    """The node contradicts itself or is behind. Nothing was taken in; asking again may help."""


class LeaseLost(Exception):
    """Another watcher has taken over. Nothing that this one was about to write was written."""


class Halt(Exception):
    """Going on could make what people see untrue. Nothing was changed; the message says what to do."""
