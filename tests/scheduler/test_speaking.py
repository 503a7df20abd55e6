"""The language of the sign-in pages and of Streamlit's page."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from scheduler.gate import PageLanguage
from scheduler.language.words import words_in
from scheduler.sign_in.desk import login_page
from scheduler.sign_in.forms import leave, other_languages
from scheduler.sign_in.speaking import language_route, words_for

INDEX = '<!doctype html><html lang="en"><body></body></html>'
PAGE = {"accept": "text/html,*/*;q=0.8"}
HOST = "http://plan.example"


@pytest.fixture
def client() -> TestClient:
    def index(request: Request) -> Response:
        assert not words_for(request).catalogue or "if-none-match" not in request.headers
        return HTMLResponse(INDEX, headers={"etag": "x", "last-modified": "y"})

    app = Starlette(
        routes=[
            language_route(),
            Route("/logout", leave),
            Route("/login", lambda request: HTMLResponse(login_page(words_for(request)))),
            Route("/{path:path}", index),
        ],
        middleware=[Middleware(PageLanguage)],
    )
    return TestClient(app, base_url=HOST, follow_redirects=False)


def test_the_sign_in_page_speaks_the_browsers_language_until_another_is_chosen(
    client: TestClient,
) -> None:
    chinese = {"accept-language": "zh-CN,zh;q=0.9"}
    page = client.get("/login", headers=chinese).text
    assert '<html lang="zh">' in page
    assert "登录" in page
    assert '<a href="/language/en" target="_self" lang="en" hreflang="en">English</a>' in page
    answer = client.get("/language/en", headers={"referer": f"{HOST}/login?x=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?x=1")
    page = client.get("/login", headers=chinese).text
    assert '<html lang="en">' in page
    assert "Sign in" in page


@pytest.mark.parametrize(
    ("referer", "where"),
    [
        ("", "/"),
        ("http://evil.example/login", "/"),
        (f"{HOST}//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        (f"{HOST}/roster?case=a%20b#there", "/roster?case=a%20b"),
    ],
)
def test_choosing_a_language_leads_back_to_this_site_only(
    client: TestClient, referer: str, where: str
) -> None:
    answer = client.get("/language/zh", headers={"referer": referer})
    assert answer.headers["location"] == where


def test_a_language_that_is_not_spoken_is_not_kept(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/language/tlh").headers


def test_the_page_says_in_which_language_it_is(client: TestClient) -> None:
    english = client.get("/", headers=PAGE | {"if-none-match": "x"})
    assert english.text == INDEX
    assert english.headers["etag"] == "x"
    client.cookies.set("callboard_language", "zh")
    chinese = client.get("/", headers=PAGE | {"if-none-match": "x"})
    assert chinese.text == INDEX.replace('"en"', '"zh"')
    assert int(chinese.headers["content-length"]) == len(chinese.text)
    assert not {"etag", "last-modified"} & chinese.headers.keys()
    assert client.get("/data.js").text == INDEX  # no page was asked for


def test_signing_out_keeps_the_language(client: TestClient) -> None:
    assert client.get("/logout").headers["location"] == "/login"
    client.cookies.set("callboard_language", "zh")
    assert client.get("/logout").headers["location"] == "/language/zh"


def test_every_other_language_is_offered_in_its_own_words() -> None:
    assert "中文" in other_languages("en")
    assert "English" not in other_languages("en")
    assert words_in("zh")("Sign in") == "登录"
