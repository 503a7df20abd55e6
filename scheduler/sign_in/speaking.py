"""Which language a browser is spoken to in, and how a person chooses another."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scheduler.language.words import LANGUAGES, Words, chosen_language, words_in
from scheduler.sign_in.forms import LANGUAGE, UNKEPT, keep_language, kept_language


def words_for(request: Request) -> Words:
    """Return the words in which to answer: those chosen, else those the browser asks for."""
    asked = request.headers.get("accept-language", "")
    return words_in(chosen_language(kept_language(request.cookies), asked))


def language_route() -> Route:
    """Return the address that keeps a language and leads back to the page it was chosen on."""
    return Route(f"{LANGUAGE}/{{language}}", _choose, methods=["GET"])


def _choose(request: Request) -> Response:
    answer = RedirectResponse(_where_from(request), status_code=303, headers=UNKEPT)
    language = request.path_params["language"]
    if language in LANGUAGES:
        # Another site could at most change the words.
        keep_language(request, answer, language)
    return answer


def _where_from(request: Request) -> str:
    """Return the page of this site that led here; the first page for any other."""
    came = urlsplit(request.headers.get("referer", ""))
    own = came.netloc == request.headers.get("host")
    if not own or not came.path.startswith("/") or came.path.startswith("//"):
        return "/"
    return came._replace(scheme="", netloc="", fragment="").geturl()
