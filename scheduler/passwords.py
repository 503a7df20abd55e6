"""Passwords: which are refused, how they are kept, and one-time ones."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scheduler.errors import Fault

SHORTEST = 8
LONGEST = 128

# argon2id at the cost that OWASP's password storage guide names first.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Hash of a word that nobody knows: whoever asks for an unknown login waits as long as others.
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$Db5EAgQErG1cQF5/UFpS4w"
    "$cHd+fCLnw3YuoVtkU6kRzwRe+kVOPaYf+i8DuJ5BnPg"
)
# Letters that are hard to tell apart when read from a terminal are left out.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

# Stems of the passwords that lists of stolen ones begin with. Digits and signs around a stem,
# and digits in the place of letters, do not hide it.
_STEMS = frozenset(
    """
    abc abcd access account admin administrator agent alexander amanda america andrea andrew angel
    anthony apple arsenal asdf ashley august austin autumn babygirl banana baseball basketball
    batman beautiful benjamin biteme blink butterfly callboard callcenter callcentre cameron
    changeme charlie cheese chelsea chicken chocolate christian computer cookie corvette cowboy
    dallas daniel december default demo diamond dolphin donald dragon elephant england everton
    eminem estrella family february ferrari flower football forever france freedom friday friends
    fuckyou gateway george ginger google guest hannah harley hello helpdesk hockey hunter iloveu
    iloveyou internet ireland jackson january jasmine jennifer jessica jesus jordan joshua july
    june justin killer kitten letmein liverpool login london lovely loveme lovers maggie manager
    manchester march marina marlboro martin master matrix matthew maverick mercedes merlin
    michael michelle midnight monday money monkey monster mother mustang naruto nicholas nicole
    ninja november nothing october orange passphrase passw passwd password patrick peanut pepper
    phoenix planner please pokemon porsche princess prince private purple qazwsx qwer qwert qwerty
    qwertyuiop rainbow ranger robert root roster rosters samantha samsung saturday scooter secret
    september service shadow shift silver slipknot snoopy soccer spiderman spring starwars steelers
    summer sunday sunshine superman superstar support swordfish system tamara taylor test tester
    thomas thunder thursday tigger tinkerbell trustno tuesday user vanessa victoria wednesday
    welcome whatever william winter wizard yankees yellow zaq zxcvbn zxcvbnm
    """.split()  # noqa: SIM905  # a list of words reads as words
)
_LOOKALIKES = str.maketrans("@4031!$57", "aaoeiisst")
_WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789012345678901234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "zaq12wsxcde34rfv",
)
_DATE = re.compile(r"\d{1,2}\D?\d{1,2}\D?(19|20)\d\d|(19|20)\d\d\D?\d\d\D?\d\d")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NO_LETTERS = re.compile(r"[\W\d_]+")


def faults_of(password: str, about: Iterable[str] = ()) -> list[Fault]:
    """Return what is wrong with a new password; nothing where it may be used.

    Length counts, kinds of letters do not; what a guesser tries first is refused (NIST SP
    800-63B, OWASP ASVS 6.2).

    Parameters
    ----------
    password
        As it was typed.
    about
        Words of the person that the password may not consist of: login, name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        length = f"{SHORTEST} to {LONGEST} characters"
        return [Fault(column="password", expected=length, found=f"{len(password)}")]
    if is_common(password, about):
        found = "one of those that are tried first"
        return [Fault(column="password", expected="a password that is hard to guess", found=found)]
    return []


def is_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a password is among those that a guesser tries first."""
    plain = password.casefold()
    if _is_pattern(plain) or _DATE.fullmatch(plain):
        return True
    own = {text.casefold() for text in about}
    own |= {word for text in own for word in _NO_LETTERS.split(text)}
    bare = _AROUND.sub("", plain)
    spellings = (plain, bare, bare.translate(_LOOKALIKES))
    return any(_only_stems(text, {word for word in own if len(word) > 2}) for text in spellings)


def _is_pattern(text: str) -> bool:
    """Whether it is one piece again and again, or a walk along a keyboard or the alphabet."""
    repeats = any(text == (text[:n] * len(text))[: len(text)] for n in range(1, len(text) // 2 + 1))
    return repeats or any(text in walk or text in walk[::-1] for walk in _WALKS)


def _only_stems(text: str, own: set[str]) -> bool:
    """Whether its letters are stems and the person's own words, one after the other."""
    letters = _NO_LETTERS.sub("", text)
    reached = {0}
    for end in range(1, len(letters) + 1):
        pieces = (letters[start:end] for start in reached)
        if any(piece in _STEMS or piece in own for piece in pieces):
            reached.add(end)
    return bool(letters) and len(letters) in reached


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own, as argon2id; slow on purpose."""
    return _HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was hashed; as slow for somebody without one.

    Parameters
    ----------
    password
        As it was typed.
    kept
        What :func:`hash_password` gave; None where there is no account or no password.
    """
    try:
        return _HASHER.verify(kept or _NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Make a random password that can be read out: four groups of four, 79 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
