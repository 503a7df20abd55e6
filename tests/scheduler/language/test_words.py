from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.language.catalogue import read_catalogue
from scheduler.language.words import LANGUAGES, Words, chosen_language, words_in

MONDAY = date(2003, 10, 27)
ENGLISH, CHINESE = words_in("en"), words_in("zh")


def catalogue(folder: Path, text: str) -> Words:
    (folder / "a.po").write_text(text, "utf-8")
    return Words(language="xx", catalogue=read_catalogue(folder))


def test_a_catalogue_as_gettext_writes_it(tmp_path: Path) -> None:
    said = catalogue(
        tmp_path,
        r"""# head
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2;\n"

#. a word of several lines
msgid "one "
"\"two\""
msgstr "eins "
"„zwei“"

msgid "{n} shift"
msgid_plural "{n} shifts"
msgstr[0] "{n} a"
msgstr[1] "{n} b"
msgstr[2] "{n} c"
""",
    )
    assert said('one "two"') == "eins „zwei“"
    assert [said.count("{n} shift", "{n} shifts", n) for n in (1, 3, 5, 21)] == [
        "1 a",
        "3 b",
        "5 c",
        "21 a",
    ]
    assert said("not there {x}", x=1) == "not there 1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('msgid "a"\nmsgstr ""\n', "without a translation"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "another translation"),
        ('msgid "a"\nmsgstr b\n', "line 2"),
        ('"a"\n', "line 1"),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"\n', "line 2"),
    ],
)
def test_a_catalogue_that_cannot_be_meant(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        catalogue(tmp_path, text)


def test_dates_and_numbers_in_both_languages() -> None:
    assert ENGLISH.week(MONDAY) == "Mon 27 Oct – Sun 2 Nov 2003"
    assert CHINESE.week(MONDAY) == "2003年10月27日 周一 – 11月2日 周日"
    assert ENGLISH.week(date(2025, 12, 29)) == "Mon 29 Dec 2025 – Sun 4 Jan 2026"
    assert CHINESE.day_and_year(MONDAY) == "2003年10月27日 周一"
    assert (ENGLISH.month(MONDAY), CHINESE.month(MONDAY)) == ("Oct 2003", "2003年10月")
    assert (ENGLISH.weekday(MONDAY), CHINESE.weekday(MONDAY)) == ("Mon", "周一")
    at = datetime(2003, 10, 27, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (ENGLISH.moment(at), CHINESE.moment(at)) == ("Mon 27 Oct, 07:30", "10月27日 周一 07:30")
    assert (ENGLISH.number(1234.56, 1), ENGLISH.share(0.8), ENGLISH.share(None)) == (
        "1,234.6",
        "80.0%",
        "–",
    )


def test_texts_without_values_may_hold_braces() -> None:
    assert ENGLISH("{as it is}") == "{as it is}"
    assert ENGLISH("{name} is in", name="{x}") == "{x} is in"


@pytest.mark.parametrize(
    ("kept", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "fr-FR,fr;q=0.9,zh-TW;q=0.5,en;q=0.4", "zh"),
        ("", "zh;q=0, fr", "en"),
        ("", "zh;q=x", "zh"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("tlh", "zh", "zh"),
        ("", "*", "en"),
    ],
)
def test_what_is_kept_comes_before_what_the_browser_asks_for(
    kept: str, accepted: str, language: str
) -> None:
    assert chosen_language(kept, accepted) == language


@given(st.text(max_size=60), st.text(alphabet="zhen-CN;q=0.9,* ", max_size=60))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_whatever_a_browser_sends_some_language_is_spoken(kept: str, accepted: str) -> None:
    assert chosen_language(kept, accepted) in LANGUAGES
