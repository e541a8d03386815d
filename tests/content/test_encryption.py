import os
import struct
import tracemalloc

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.content import encryption
from marketplace.content.encryption import CHUNK, SiteKey
from marketplace.content.errors import DecryptionFailed, WrongSiteKey

KEY = bytes(range(32))
DIGEST = bytes(range(100, 132))
HEADER = 19
TAG = 16
SMALL = 8  # bytes of a chunk in most tests: the same format, with boundaries everywhere

plains = st.binary(max_size=6 * SMALL + 3)


def encrypted(plain, *, key=KEY, digest=DIGEST, chunk=SMALL):
    return b"".join(encryption.encrypt([plain], key=key, digest=digest, chunk=chunk))


def decrypted(sealed, *args, key=KEY, digest=DIGEST, offset=0, length=None):
    def read(start, count):
        return [sealed[start : start + count]]

    parts = encryption.decrypt(read, len(sealed), key=key, digest=digest, offset=offset, length=length)
    return b"".join(parts)


def refused(sealed, **options):
    with pytest.raises(DecryptionFailed):
        decrypted(sealed, **options)
    return True


@given(plains, st.lists(st.integers(0, 50), max_size=5))
def test_what_was_encrypted_comes_back_however_the_bytes_came(plain, cuts):
    ends = sorted(min(cut, len(plain)) for cut in cuts)
    pieces = [plain[a:b] for a, b in zip([0, *ends], [*ends, len(plain)], strict=True)]
    sealed = b"".join(encryption.encrypt(pieces, key=KEY, digest=DIGEST, chunk=SMALL))
    assert decrypted(sealed) == plain


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_real_chunks(size):
    plain = os.urandom(size)
    sealed = encrypted(plain, chunk=CHUNK)
    assert decrypted(sealed) == plain
    chunks = max(1, -(-size // CHUNK))
    assert len(sealed) == HEADER + size + chunks * TAG
    assert size < 16 or plain[:16] not in sealed


@given(plains, st.integers(0, 60), st.none() | st.integers(0, 60))
def test_a_range_is_a_slice(plain, offset, length):
    assert decrypted(encrypted(plain), offset=offset, length=length) == plain[offset:][:length]


def test_a_range_reads_only_the_chunks_that_hold_it():
    sealed = encrypted(bytes(10 * SMALL))
    asked = []

    def read(start, count):
        asked.append((start, count))
        return [sealed[start : start + count]]

    parts = encryption.decrypt(read, len(sealed), key=KEY, digest=DIGEST, offset=3 * SMALL + 1, length=SMALL)
    assert len(b"".join(parts)) == SMALL
    assert asked == [(0, HEADER), (HEADER + 3 * (SMALL + TAG), 2 * (SMALL + TAG))]


@given(plains, st.data())
def test_any_changed_byte_is_refused(plain, data):
    sealed = bytearray(encrypted(plain))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    assert refused(bytes(sealed))


@given(plains, st.data())
def test_a_cut_file_is_refused_wherever_it_is_cut(plain, data):
    sealed = encrypted(plain)
    assert refused(sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@given(plains, st.binary(min_size=1, max_size=2 * (SMALL + TAG)))
def test_a_file_with_something_added_is_refused(plain, more):
    assert refused(encrypted(plain) + more)


def chunks_of(sealed):
    step = SMALL + TAG
    return sealed[:HEADER], [sealed[i : i + step] for i in range(HEADER, len(sealed), step)]


@given(st.binary(min_size=3 * SMALL, max_size=6 * SMALL), st.data())
def test_chunks_in_another_order_left_out_or_doubled_are_refused(plain, data):
    header, chunks = chunks_of(encrypted(plain))
    order = data.draw(st.lists(st.sampled_from(range(len(chunks))), min_size=1, max_size=len(chunks) + 1))
    if order != list(range(len(chunks))):
        assert refused(header + b"".join(chunks[i] for i in order))


@given(st.binary(min_size=3 * SMALL, max_size=3 * SMALL), st.binary(min_size=3 * SMALL, max_size=3 * SMALL))
def test_a_chunk_of_another_file_is_refused_even_under_the_same_key(one, other):
    header, chunks = chunks_of(encrypted(one))
    _, foreign = chunks_of(encrypted(other, digest=bytes(32)))
    assert refused(header + chunks[0] + foreign[1] + chunks[2])
    _, later = chunks_of(encrypted(other))  # the same original's name too: another encryption of it
    assert refused(header + chunks[0] + later[1] + chunks[2])


def test_nothing_of_a_refused_chunk_is_given_out():
    sealed = bytearray(encrypted(bytes(3 * SMALL)))
    sealed[HEADER + SMALL + TAG] ^= 1
    given = []
    with pytest.raises(DecryptionFailed, match="Part 2 of 3"):
        given.extend(encryption.decrypt(lambda a, n: [bytes(sealed[a : a + n])], len(sealed), key=KEY, digest=DIGEST))
    assert given == [bytes(SMALL)]


def test_the_wrong_key_and_the_wrong_original_are_refused():
    sealed = encrypted(b"hello")
    assert refused(sealed, key=bytes(32))
    assert refused(sealed, digest=bytes(32))


def test_a_header_that_asks_for_huge_chunks_is_refused_before_memory_is():
    sealed = bytearray(encrypted(b"hello"))
    sealed[8:12] = struct.pack(">I", 2**32 - 1)
    with pytest.raises(DecryptionFailed, match="not a file that was encrypted here"):
        decrypted(bytes(sealed))


def test_each_encryption_has_bytes_of_its_own():
    assert encrypted(b"hello") != encrypted(b"hello")
    assert encryption.new_key() != encryption.new_key()


def test_memory_does_not_grow_with_the_file():
    def peak(chunks):
        tracemalloc.start()
        piece = bytes(CHUNK)
        size = HEADER + chunks * (CHUNK + TAG)
        sealed = encryption.encrypt((piece for _ in range(chunks)), key=KEY, digest=DIGEST)
        header = next(sealed)

        def read(start, count):
            return [header] if start == 0 else sealed

        total = sum(map(len, encryption.decrypt(read, size, key=KEY, digest=DIGEST)))
        assert total == chunks * CHUNK
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(40) < peak(8) + CHUNK


def test_the_format_is_as_documented():
    """A decryptor written from docs/content.md, with nothing of ours."""
    plain = os.urandom(2 * SMALL + 3)
    sealed = encrypted(plain)
    magic, chunk, prefix = sealed[:8], int.from_bytes(sealed[8:12], "big"), sealed[12:19]
    assert (magic, chunk) == (b"MINTMRK1", SMALL)
    body, out, number = sealed[19:], b"", 0
    while body:
        part, body = body[: chunk + 16], body[chunk + 16 :]
        nonce = prefix + number.to_bytes(4, "big") + (b"\0" if body else b"\1")
        out += AESGCM(KEY).decrypt(nonce, part, sealed[:19] + DIGEST)
        number += 1
    assert out == plain


def test_the_wrapping_of_keys_is_as_documented():
    secret = os.urandom(32)
    wrapped = SiteKey(secret).wrap(KEY, digest=DIGEST)

    def derive(purpose, length):
        return HKDF(hashes.SHA256(), length, salt=None, info=purpose).derive(secret)

    assert SiteKey(secret).id == derive(b"mintmark site key: id", 8).hex()
    wrapping = derive(b"mintmark site key: wrap originals' keys", 32)
    assert AESGCM(wrapping).decrypt(wrapped[:12], wrapped[12:], DIGEST) == KEY


site_keys = st.builds(SiteKey, st.binary(min_size=32, max_size=32))


@settings(deadline=None)
@given(site_keys, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_wrapped_key_comes_back_for_its_own_original_only(site_key, key, digest):
    wrapped = site_key.wrap(key, digest=digest)
    assert site_key.unwrap(wrapped, key_id=site_key.id, digest=digest) == key
    for changed, of in ((wrapped[:-1], digest), (b"", digest), (wrapped, bytes(31) + b"\1")):
        with pytest.raises(DecryptionFailed, match="stored key of this original"):
            site_key.unwrap(changed, key_id=site_key.id, digest=of)


def test_another_site_key_is_named_with_what_to_do():
    one, other = SiteKey(bytes(32)), SiteKey(bytes(31) + b"\1")
    wrapped = one.wrap(KEY, digest=DIGEST)
    with pytest.raises(WrongSiteKey, match=f"with the site key {one.id}, and the site runs with {other.id}"):
        other.unwrap(wrapped, key_id=one.id, digest=DIGEST)


def test_a_site_key_of_another_length_is_refused_and_none_is_ever_printed():
    with pytest.raises(WrongSiteKey, match="must be 32 bytes"):
        SiteKey(bytes(16))
    assert "secret" not in repr(SiteKey(b"secret" * 5 + b"!!"))
