from __future__ import annotations

import pytest

from scheduler.workflows.uploads import as_file


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("calls (1).csv", "calls (1).csv"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\x00b.csv", "a_b.csv"),
        ("", "upload"),
        ("..", "upload"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_an_upload_is_a_file_in_a_folder_of_its_own_and_then_gone(name: str, kept: str) -> None:
    with as_file(name, b"data") as path:
        assert path.name == kept
        assert path.read_bytes() == b"data"
        assert [each.name for each in path.parent.iterdir()] == [kept]
    assert not path.parent.exists()
