"""Logs in the console: the end of a long one, whole as a file, however the centre hands it over."""

from __future__ import annotations

from typing import Any

import pytest

from entrepot.faces.web.run_pages import read_log


class Pieces:
    """A backend that hands a log over in small pieces."""

    def __init__(self, log: bytes, size: int) -> None:
        self.log, self.size = log, size

    def logs(self, _job_id: str, offset: int) -> tuple[bytes, int]:
        """Return the next piece."""
        piece = self.log[offset : offset + self.size]
        return piece, offset + len(piece)


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_a_log_is_read_to_its_end(size: int) -> None:
    backend: Any = Pieces(b"0123456789", size)
    assert read_log(backend, "J-1", 100) == (b"0123456789", False)
    assert read_log(backend, "J-1", 10) == (b"0123456789", False)
    assert read_log(backend, "J-1", 4) == (b"6789", True)


def test_an_empty_log_and_a_backend_that_stands_still_end() -> None:
    empty: Any = Pieces(b"", 5)
    assert read_log(empty, "J-1", 4) == (b"", False)
    still: Any = Pieces(b"abc", 5)
    still.logs = lambda _job, offset: (b"abc", offset)
    assert read_log(still, "J-1", 4) == (b"", False)
