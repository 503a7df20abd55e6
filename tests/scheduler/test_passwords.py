from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.passwords import (
    LONGEST,
    SHORTEST,
    faults_of,
    hash_password,
    is_common,
    is_right,
    one_time_password,
)

COMMON = """
    password P@ssw0rd passw0rd1 p4ssword123 Password2026! 12345678 123456789 11111111 00000000
    abcabcabc 87654321 qwertyuiop poiuytrewq asdfghjkl zxcvbnm, 1qaz2wsx 1q2w3e4r5t zaq12wsx
    abcdefgh iloveyou iloveyou2 letmein1 Summer2026! december25 london2024 trustno1 superman12
    passwordpassword monkeydragon welcome123 admin123 administrator callboard1 roster2026
    19900101 31.12.1999 2026-02-23 !!!!!!!!
""".split()  # noqa: SIM905  # a list of words reads as words
GOOD = [
    "tr0mbone-shelf",
    "correct horse",
    "Xk9vB2mQ",
    "ein Glas voll Regen",
    "密码很难猜到的一句话",
    "3.14159265x",
]


@pytest.mark.parametrize("password", COMMON)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert len(password) >= SHORTEST
    (fault,) = faults_of(password)
    assert "tried first" in fault.found
    assert fault.column == "password"


@pytest.mark.parametrize("password", GOOD)
def test_no_mixture_of_letters_digits_and_signs_is_asked_for(password: str) -> None:
    assert faults_of(password, ("ana.smith", "Ana Smith")) == []


@pytest.mark.parametrize("password", ["ana.smith", "Smith2026", "smithana1", "ANASMITH!!"])
def test_a_password_is_not_the_persons_own_name(password: str) -> None:
    assert is_common(password, ("ana.smith", "Ana Smith"))
    assert not is_common(password, ("ben", "Ben"))


def test_only_length_is_asked_for_besides() -> None:
    long = "".join(chr(33 + n * n % 89) for n in range(LONGEST + 1))
    assert [len(faults_of(long[:n])) for n in (SHORTEST - 1, SHORTEST, LONGEST, LONGEST + 1)] == [
        1,
        0,
        0,
        1,
    ]


def test_a_stem_stays_common_with_anything_around_it() -> None:
    stems, before, after = ("dragon", "sunshine"), ("", "1", "!!", "2024"), ("1", "123", "99!")
    for parts in product(before, stems, after):
        assert is_common("".join(parts)), parts


@given(st.text(min_size=SHORTEST, max_size=LONGEST))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_any_text_is_judged(password: str) -> None:
    assert len(faults_of(password, ("ana", "Ana Smith"))) <= 1


def test_a_hash_is_slow_salted_and_fits_its_password_only() -> None:
    kept = hash_password("tr0mbone-shelf")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != hash_password("tr0mbone-shelf")
    assert is_right("tr0mbone-shelf", kept)
    for other in ("tr0mbone-shelf ", "Tr0mbone-shelf", "tr0mbone-shel", ""):
        assert not is_right(other, kept)


@pytest.mark.parametrize("kept", [None, "", "plain", "$argon2id$v=19$m=19456,t=2,p=1$x"])
def test_nothing_fits_where_there_is_no_hash(kept: str | None) -> None:
    assert not is_right("tr0mbone-shelf", kept)
    assert not is_right("", kept)


def test_one_time_passwords_can_be_read_out_and_are_never_the_same() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert faults_of(password) == []
        assert not set(password) - set("abcdefghjkmnpqrstuvwxyz23456789-")
