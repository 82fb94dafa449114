"""A MARC profile that cannot be used is refused in a sentence, whatever lies in its place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.exchange.profiles import load_profiles
from kiosk.exchange.trouble import FileTrouble

GOOD = 'name = "x"\ntold_by = "200"\n[title]\ntitle = ["200$a"]\n'


@pytest.mark.parametrize(
    ("content", "code", "why"),
    [
        (b"\xff\xfe\x00", "profile", "utf-8"),
        (b"x = " + b"[" * 100_000, "profile", "[[[["),
        (b"x = " + b"9" * 5000, "profile", "digits"),
        (("constant = [3]\n" + GOOD).encode(), "profile", "[[constant]]"),
        (("copies = [[]]\n" + GOOD).encode(), "profile", "[[copies]]"),
        (GOOD.replace("200$a", "200/" + "9" * 5000).encode(), "profile", "digits"),
        (b"#" * 2_000_000, "unreadable", "large"),
    ],
)
def test_what_is_wrong_with_a_profile_is_one_sentence_that_names_it(
    tmp_path: Path, content: bytes, code: str, why: str
) -> None:
    (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(FileTrouble) as trouble:
        load_profiles(tmp_path)
    assert (trouble.value.code, trouble.value.values["file"]) == (code, "own.toml")
    assert why in str(trouble.value.values["why"])


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda place: place.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_is_refused_and_holds_nobody_up(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "own.toml")
    with pytest.raises(FileTrouble) as trouble:
        load_profiles(tmp_path)
    assert trouble.value.code == "unreadable"


ANYTHING = st.recursive(
    st.booleans() | st.integers(-3, 300) | st.text("200$a[]{}", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("name", "told_by", "ends_without", "title", "joined_by", "leader", "copies", "indicators", "constant")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KEYS), ANYTHING)
def test_whatever_stands_in_a_profile_it_is_one_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.toml").write_text(tomlkit.dumps({**tomlkit.parse(GOOD), key: value}), "utf-8")
    try:
        load_profiles(folder)
    except FileTrouble as trouble:
        assert trouble.code == "profile"
