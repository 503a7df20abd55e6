"""What every form of the web door has in common: its guard, its cookies, its frame."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hmac import compare_digest
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from scheduler.language.words import LANGUAGES, Words
from scheduler.store.sessions import digest_of

LOGIN, PASSWORD, LOGOUT, LANGUAGE = "/login", "/password", "/logout", "/language"
# Text of people is escaped, so it never holds this.
FORM = "<!--form-->"
UNKEPT = {"cache-control": "no-store"}
_SESSION, _FORM, _LANGUAGE = "callboard_session", "callboard_form", "callboard_language"
_A_YEAR_S = 365 * 24 * 3600
_LARGEST = 4096


def cookie_name(scheme: str, name: str = _SESSION) -> str:
    """Return a cookie's name; behind https browsers hold it to this host by its prefix."""
    return f"__Host-{name}" if scheme in ("https", "wss") else name


def session_key(scope: Mapping[str, Any]) -> str:
    """Return the digest of the session cookie's token; of no token where there is none."""
    return digest_of(kept(scope, _SESSION))


def kept(scope: Mapping[str, Any], name: str) -> str:
    """Return the value of one of our cookies; empty where there is none."""
    raw = b"; ".join(value for each, value in scope["headers"] if each.lower() == b"cookie")
    try:
        morsel = SimpleCookie(raw.decode("latin-1")).get(cookie_name(scope["scheme"], name))
    except CookieError:
        morsel = None
    return morsel.value if morsel else ""


def form_token(key: str) -> str:
    """Return what a form must carry to count as sent from a page that the session was shown.

    Parameters
    ----------
    key
        :func:`session_key` of the browser: another site knows neither it nor this.
    """
    return digest_of(f"form {key}")


async def read_form(request: Request, *, key: str | None = None) -> dict[str, str] | Response:
    """Read a form that came from one of our own pages, or say why not.

    Parameters
    ----------
    request
        The POST.
    key
        Whose :func:`form_token` it must carry; that of the form cookie if None.
    """
    if not _same_site(request):
        return JSONResponse({"error": "not from this site's own page"}, status_code=403)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            return JSONResponse({"error": "too large"}, status_code=413)
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    value = kept(request.scope, _FORM) if key is None else key
    if not value or not compare_digest(form.get("form", "").encode(), form_token(value).encode()):
        return JSONResponse({"error": "load the page again"}, status_code=403)
    return form


def _same_site(request: Request) -> bool:
    """Whether a form came from this site; browsers say so in Origin, and most in Sec-Fetch-Site."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def show(request: Request, page: str, status: int = 200, **headers: str) -> Response:
    """Answer with a page whose forms, marked by ``FORM``, carry the token of a form cookie."""
    value = kept(request.scope, _FORM) or secrets.token_urlsafe(32)
    mark = f'<input type="hidden" name="form" value="{form_token(value)}">'
    answer = HTMLResponse(page.replace(FORM, mark), status, headers=UNKEPT | headers)
    set_kept(request, answer, _FORM, value, samesite="strict")
    return answer


def enter(request: Request, token: str, where: str = "/") -> Response:
    """Answer with the session's cookie and send the browser on."""
    answer = RedirectResponse(where, status_code=303, headers=UNKEPT)
    set_kept(request, answer, _SESSION, token, samesite="lax")
    return answer


def leave(request: Request) -> Response:
    """Take the cookie back, have the browser forget what it kept, and show the sign-in page."""
    clear = {"clear-site-data": '"cache", "cookies", "storage"'}
    language = kept_language(request.cookies)
    # By way of the language, which the browser shall keep all the same.
    where = f"{LANGUAGE}/{language}" if language in LANGUAGES else LOGIN
    answer = RedirectResponse(where, status_code=303, headers=UNKEPT | clear)
    set_kept(request, answer, _SESSION, "", samesite="lax", max_age=0)
    return answer


def kept_language(cookies: Mapping[str, str]) -> str:
    """Return the language that a person has chosen; empty for none."""
    return cookies.get(cookie_name("https", _LANGUAGE)) or cookies.get(_LANGUAGE) or ""


def keep_language(request: Request, answer: Response, language: str) -> None:
    """Have the browser keep a language: a preference, and no secret."""
    set_kept(request, answer, _LANGUAGE, language, samesite="lax", max_age=_A_YEAR_S)


def set_kept(
    request: Request,
    answer: Response,
    name: str,
    value: str,
    *,
    samesite: Any,
    max_age: int | None = None,
) -> None:
    """Have the browser keep a cookie that scripts cannot read, behind https for this host only."""
    scheme = request.url.scheme
    answer.set_cookie(
        cookie_name(scheme, name),
        value,
        max_age=max_age,
        httponly=True,
        samesite=samesite,
        secure=scheme == "https",
    )


def frame(say: Words, title: str, body: str, fault: str = "") -> str:
    """Return a whole HTML page.

    Parameters
    ----------
    say
        The words of its language.
    title
        After the program's name in the title.
    body
        HTML; what comes from people has been escaped.
    fault
        What was wrong with the last try, as text.
    """
    alert = f'<p role="alert" class="fault">{escape(fault)}</p>' if fault else ""
    return _FRAME.format(
        language=say.language,
        others=other_languages(say.language),
        title=escape(title),
        style=_STYLE,
        alert=alert,
        body=body,
    )


def other_languages(language: str) -> str:
    """Return links, as HTML, to the languages that are not spoken now, each in its own words."""
    return " ".join(
        f'<a href="{LANGUAGE}/{each}" target="_self" lang="{each}" hreflang="{each}">'
        f"{escape(name)}</a>"
        for each, name in LANGUAGES.items()
        if each != language
    )


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --ink: #1d4ed8; --note: #fff4d6; --text: #4a3500 }
@media (prefers-color-scheme: dark) { :root { --ink: #3b67e0; --note: #4a3a10; --text: #ffeebf } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 6vh auto; padding: 0 1rem }
header { display: flex; justify-content: space-between; align-items: baseline }
h1 { margin: 0; font-size: 2rem }
a { color: inherit }
form { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0 }
form p { margin: .5rem 0 0; opacity: .85 }
label { display: block; font-weight: 600 }
button, .button { font: inherit; font-weight: 600; width: 100%; padding: .6rem; border: 0;
  border-radius: .4rem; background: var(--ink); color: #fff; cursor: pointer }
.button { display: block; box-sizing: border-box; text-align: center; text-decoration: none }
select, input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem;
  margin: .3rem 0 .8rem }
.demo { background: var(--note); color: var(--text); padding: .6rem 1rem; border-radius: .6rem }
.fault { color: #b3261e; font-weight: 600 }
@media (prefers-color-scheme: dark) { .fault { color: #ff897d } }
"""

_FRAME = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Callboard: {title}</title><style>{style}</style></head>
<body><main><header><h1>Callboard</h1>{others}</header>
{alert}{body}
</main></body></html>
"""
