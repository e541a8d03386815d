"""Ports of this machine, on the loopback address."""

import socket
from collections.abc import Iterable

HOST = "127.0.0.1"


def first_free(wanted: Iterable[int]) -> int:
    """The first of these ports that nobody listens on, or else one that the system gives."""
    for port in wanted:
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(0.5)
        if caller.connect_ex((HOST, port)) == 0:  # macOS lets two bind, if one of them binds every address
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
