"""Contracts of a few bytes, written out: tests of signatures need no compiler."""


def creation_of(runtime: str) -> str:
    """Creation code that leaves `runtime` (hex without 0x) as the contract's code."""
    size = f"61{len(runtime) // 2:04x}"  # PUSH2
    return f"0x{size}600c5f39{size}5ff3{runtime}"  # PUSH1 12, PUSH0, CODECOPY; PUSH0, RETURN: 12 bytes


def reverting_with(data: bytes) -> str:
    """A contract that answers every call by reverting with `data`."""
    size = f"61{len(data):04x}"
    return creation_of(f"{size}600c5f39{size}5ffd{data.hex()}")


def wallet_of(owner: str) -> str:
    """A contract wallet (ERC-1271): `isValidSignature(bytes32,bytes)` accepts 65 bytes that `owner` signed."""
    return creation_of(
        "6004355f52"  # memory 0x00: the digest
        "60a4355f1a602052"  # 0x20: v, the signature's last byte
        "606435604052"  # 0x40: r
        "608435606052"  # 0x60: s
        "6020608060805f60015afa50"  # 0x80: ecrecover of these
        f"60805173{owner.removeprefix('0x').lower()}14"  # is it the owner?
        "6044575f5ffd5b"  # if not, revert
        "631626ba7e60e01b5f5260205ff3"  # the answer that means yes
    )
