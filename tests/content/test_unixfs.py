import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.content import unixfs
from marketplace.content.cid import DAG_PB, RAW, Cid
from marketplace.content.dagpb import MAX_BLOCK, Kind, Link, Node
from marketplace.content.errors import BadBlock, NotAFile
from marketplace.content.unixfs import PROFILES, FileImporter, Profile, import_directory, walk

TINY = Profile("tiny", chunk=4, width=3)  # the same layout, with boundaries where a test can see them


def import_file(data, profile=PROFILES["kubo-cidv1"], pieces=None):
    """The tree of some bytes, and its blocks."""
    blocks = {}
    importer = FileImporter(blocks.__setitem__, profile)
    for piece in pieces if pieces is not None else [data]:
        importer.feed(piece)
    return importer.finish(), blocks


def read(blocks, cid, *args):
    return b"".join(unixfs.read(blocks.__getitem__, cid, *args))


@pytest.mark.parametrize(
    ("data", "cid"),
    [
        (b"", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (b"a", "bafkreigks6arfsq3xxfpvqrrwonchxcnu6do76auprhhfomao6c273sixm"),
        (b"hello", "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"),
    ],
)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_small_file_is_its_own_block_in_every_profile(data, cid, profile):
    tree, blocks = import_file(data, profile)
    assert str(tree.cid) == cid
    assert blocks == {tree.cid: data}


@pytest.mark.parametrize(
    ("name", "chunks", "cid"),
    [
        ("kubo-cidv1", 174, "bafybeihqwzd3o6q6v3pmwhzjy22vokhr767burokmqemg63hptx2nqd7ym"),
        ("unixfs-v1-2025", 1024, "bafybeigx4uyebjbq65346xh6cjrt6yshbdudzudhnqecwbzvymslxj7gje"),
    ],
)
def test_one_byte_more_than_a_full_node_of_zeros(name, chunks, cid):
    """The CIDs that Kubo 0.43.0 answered."""
    importer = FileImporter(lambda cid, block: None, PROFILES[name])
    zeros = bytes(PROFILES[name].chunk)
    for _ in range(chunks):
        importer.feed(zeros)
    importer.feed(b"\0")
    assert str(importer.finish().cid) == cid


def blocks_of_one_to_three_rows(width):
    """Numbers of chunks around each point where the tree changes shape."""
    return sorted({n for rows in (1, 2) for n in (width**rows - 1, width**rows, width**rows + 1)})


@pytest.mark.parametrize("chunks", [0, 1, 2, *blocks_of_one_to_three_rows(TINY.width), 27, 28, 100])
@pytest.mark.parametrize("rest", [0, 1, TINY.chunk - 1])
def test_a_file_of_any_shape_reads_back(chunks, rest):
    data = bytes(i % 251 for i in range(chunks * TINY.chunk + rest))
    tree, blocks = import_file(data, TINY)
    assert (tree.size, tree.tsize >= tree.size) == (len(data), True)
    assert read(blocks, tree.cid) == data
    assert unixfs.file_size(blocks.__getitem__, tree.cid) == len(data)
    assert set(walk(blocks.__getitem__, tree.cid)) == set(blocks)


@given(st.binary(max_size=200), st.data())
def test_the_cid_does_not_depend_on_how_the_bytes_come(data, cuts):
    ends = sorted(cuts.draw(st.lists(st.integers(0, len(data)), max_size=8)))
    pieces = [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]
    assert import_file(data, TINY, pieces)[0] == import_file(data, TINY)[0]


@given(st.integers(0, 150), st.integers(0, 200), st.none() | st.integers(0, 200))
def test_a_range_is_a_slice(size, offset, length):
    data = bytes(i % 251 for i in range(size))
    tree, blocks = import_file(data, TINY)
    assert read(blocks, tree.cid, offset, length) == data[offset:][:length]


def test_a_range_reads_only_the_blocks_that_hold_it():
    data = bytes(i % 251 for i in range(200))
    tree, blocks = import_file(data, TINY)
    asked = []
    list(unixfs.read(lambda cid: asked.append(cid) or blocks[cid], tree.cid, 101, 2))
    assert sum(cid.codec == RAW for cid in asked) == 1
    assert len(asked) == 5  # the root, three levels, one leaf


def test_a_negative_range_is_a_mistake_of_the_caller():
    tree, blocks = import_file(b"hello")
    for offset, length in [(-1, None), (0, -1)]:
        with pytest.raises(ValueError, match="A range starts at 0"):
            unixfs.read(blocks.__getitem__, tree.cid, offset, length)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@settings(max_examples=15, deadline=None)
@given(chunks=st.integers(0, 3), rest=st.integers(-2, 2), seed=st.binary(min_size=1, max_size=4))
def test_real_chunk_sizes_read_back(profile, chunks, rest, seed):
    size = max(0, chunks * profile.chunk + rest)
    data = (seed * (size // len(seed) + 1))[:size]
    tree, blocks = import_file(data, profile)
    assert hashlib.sha256(read(blocks, tree.cid)).digest() == hashlib.sha256(data).digest()
    assert all(Cid.of_block(cid.codec, block) == cid for cid, block in blocks.items())


def test_memory_holds_one_chunk_and_one_row_a_level():
    importer = FileImporter(lambda cid, block: None, TINY)
    for _ in range(10_000):
        importer.feed(b"abcd")
    assert sum(map(len, importer._levels)) <= TINY.width * len(importer._levels)


def test_bytes_inside_dag_pb_leaves_are_read():
    """As in files that others added without raw leaves: the prototype of many readers gives nothing here."""
    blocks = {}

    def put(node):
        block = node.encode()
        cid = Cid.of_block(DAG_PB, block)
        blocks[cid] = block
        return cid

    leaves = [put(Node(Kind.FILE, data=part)) for part in (b"hel", b"lo ")] + [put(Node(Kind.RAW, data=b"world"))]
    root = put(Node(Kind.FILE, tuple(Link(leaf, "", 3) for leaf in leaves), blocksizes=(3, 3, 5)))
    assert read(blocks, root) == b"hello world"
    assert read(blocks, root, 2, 5) == b"llo w"


def test_a_part_of_another_size_than_announced_is_refused():
    leaf = Cid.of_block(RAW, b"hello")
    root = Node(Kind.FILE, (Link(leaf, "", 5),), blocksizes=(4,)).encode()
    blocks = {leaf: b"hello", (cid := Cid.of_block(DAG_PB, root)): root}
    with pytest.raises(BadBlock, match="has 5 bytes where its parent announces 4"):
        read(blocks, cid)


def _tower(levels):
    """A file of one byte under so many nodes with one link each."""
    blocks = {(cid := Cid.of_block(RAW, b"x")): b"x"}
    for _ in range(levels):
        block = Node(Kind.FILE, (Link(cid, "", 1),), blocksizes=(1,)).encode()
        cid = Cid.of_block(DAG_PB, block)
        blocks[cid] = block
    return cid, blocks


def test_a_tree_may_be_deep_but_not_without_end():
    cid, blocks = _tower(unixfs.MAX_DEPTH)
    assert read(blocks, cid) == b"x"
    assert len(list(walk(blocks.__getitem__, cid))) == unixfs.MAX_DEPTH + 1
    cid, blocks = _tower(unixfs.MAX_DEPTH + 1)
    with pytest.raises(BadBlock, match="levels deep"):
        read(blocks, cid)
    with pytest.raises(BadBlock, match="levels deep"):
        list(walk(blocks.__getitem__, cid))


def test_a_tree_that_repeats_itself_is_walked_once():
    """2^60 leaves by name, 61 blocks in truth."""
    cid, size, blocks = Cid.of_block(RAW, b"x"), 1, {}
    blocks[cid] = b"x"
    for _ in range(15):
        block = Node(Kind.FILE, (Link(cid, "", 1),) * 16, blocksizes=(size,) * 16).encode()
        cid, size = Cid.of_block(DAG_PB, block), size * 16
        blocks[cid] = block
    assert len(list(walk(blocks.__getitem__, cid))) == 16
    assert unixfs.file_size(blocks.__getitem__, cid) == 2**60
    assert read(blocks, cid, 2**59, 3) == b"xxx"


def test_a_block_over_the_limit_is_refused():
    block = bytes(MAX_BLOCK + 1)
    with pytest.raises(BadBlock, match="over the limit"):
        read({(cid := Cid.of_block(RAW, block)): block}, cid)


def test_a_directory_is_not_read_as_a_file():
    blocks = {}
    tree = import_directory(blocks.__setitem__, {"a.txt": import_file(b"a")[0]})
    for question in (unixfs.file_size, unixfs.read):
        with pytest.raises(NotAFile, match="is a directory"):
            question(blocks.__getitem__, tree.cid)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_a_name_that_no_directory_can_hold_is_refused(name):
    with pytest.raises(BadBlock, match="cannot be the name"):
        import_directory(lambda cid, block: None, {name: import_file(b"a")[0]})


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_directory_that_kubo_would_shard_is_refused(profile):
    leaf = import_file(b"a")[0]
    with pytest.raises(BadBlock, match="too large for one node"):
        import_directory(lambda cid, block: None, {f"{i:050}": leaf for i in range(4000)}, profile)
