from tests.licensing.conftest import trade  # noqa: F401 - the fixture
