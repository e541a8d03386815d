"""Ports of this machine, on the loopback address."""

import socket
import urllib.request
from collections.abc import Iterable

HOST = "127.0.0.1"
# Asks programs on this machine. A proxy that the environment names could not reach them.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def listen(wanted: Iterable[int]) -> socket.socket:
    """A listening socket on the first of these ports that nobody else has, or else on one that the system gives."""
    for port in [*wanted, 0]:
        if port and _is_answered(port):
            continue
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen(512)
            return listening
        except OSError:
            listening.close()
    raise OSError(f"No free port on {HOST}.")


def first_free(wanted: Iterable[int] = ()) -> int:
    """As `listen`, for a program that binds its port by itself."""
    with listen(wanted) as listening:
        return listening.getsockname()[1]


def _is_answered(port: int) -> bool:
    """macOS lets two programs have a port, if one of them listens on every address."""
    with socket.socket() as caller:
        caller.settimeout(0.5)
        return caller.connect_ex((HOST, port)) == 0
