"""The configuration in docs/nginx.conf, before two web processes that share a book."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from benchmarks.browser import serving
from benchmarks.sample_book import PASSWORD, login_of, make_sample_book
from scheduler.access import Role
from scheduler.config import Settings

ROOT = Path(__file__).resolve().parents[2]
SITE = "plan.example.org"
NGINX = os.environ.get("CALLBOARD_NGINX") or shutil.which("nginx")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NGINX, reason="no nginx here (Debian: apt-get install nginx)"),
]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str


@dataclass(frozen=True)
class Proxy:
    port: int

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> Answer:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=20, context=trusting)
        body = None if form is None else urlencode(form)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, body, {"Host": SITE} | kind | headers)
        with closing(connection):
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())


def free_ports(how_many: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(how_many)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    book = make_sample_book(
        folder / "book.db", ROOT / "rosters" / "tiny", agent_id="ana", seconds=10
    )
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={SITE}", "-keyout", folder / "site.key", "-out", folder / "site.pem"]
    subprocess.run([*certificate, *names], check=True, capture_output=True)
    settings = Settings(rosters=ROOT / "rosters", out=folder / "out")
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                serving(settings, folder / f"{name}.txt", book=str(book.path), hosts=SITE)
            )
            for name in ("one", "two")
        ]
        http, https = free_ports(2)
        backends = [address.rpartition(":")[2] for address in servers]
        site = _changed(
            (ROOT / "docs" / "nginx.conf").read_text("utf-8"),
            {
                "listen 80;": f"listen 127.0.0.1:{http};",
                "listen 443 ssl": f"listen 127.0.0.1:{https} ssl",
                "127.0.0.1:8501": f"127.0.0.1:{backends[0]}",
                "127.0.0.1:8502": f"127.0.0.1:{backends[1]}",
                f"/etc/ssl/certs/{SITE}.pem": str(folder / "site.pem"),
                f"/etc/ssl/private/{SITE}.key": str(folder / "site.key"),
            },
        )
        (folder / "site.conf").write_text(site)
        (folder / "nginx.conf").write_text(_FRAME.format(folder=folder))
        command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        nginx = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(https)
            yield Proxy(port=https)
        finally:
            nginx.terminate()
            nginx.wait(timeout=20)


_FRAME = """daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{ access_log {folder}/access.log; client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fcgi; uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi; include {folder}/site.conf; }}
"""


def _changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx did not start")


def signed_in(proxy: Proxy) -> str:
    page = proxy.ask("GET", "/login")
    cookie = page.headers.get("set-cookie", "").partition(";")[0]
    token = re.search(r'name="form" value="(\w+)"', page.text)
    assert token is not None
    form = {"form": token[1], "login": login_of(Role.MANAGER), "password": PASSWORD}
    answer = proxy.ask("POST", "/login", form, Cookie=cookie, Origin=f"https://{SITE}")
    assert (answer.status, answer.headers.get("location")) == (303, "/")
    kept = answer.headers.get("set-cookie", "")
    assert kept.startswith("__Host-callboard_session=")
    assert "; Secure" in kept
    return kept.partition(";")[0]


def test_people_sign_in_over_https_and_stay_there(proxy: Proxy) -> None:
    answer = proxy.ask("GET", "/login")
    assert answer.headers.get("strict-transport-security") == "max-age=31536000"
    assert "server" not in answer.headers or answer.headers["server"] == "nginx"
    assert proxy.ask("GET", "/_stcore/metrics").status == 404
    cookie = signed_in(proxy)
    # One book: whichever process is asked knows the session.
    for _ in range(4):
        assert proxy.ask("GET", "/", Cookie=cookie, Accept="text/html").status == 200


def test_the_websocket_passes_with_a_session_only(proxy: Proxy) -> None:
    async def status(cookie: str) -> int:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        sent = {"Cookie": cookie} if cookie else {}
        try:
            async with connect(
                f"wss://{SITE}:{proxy.port}/_stcore/stream",
                host="127.0.0.1",
                port=proxy.port,
                ssl=trusting,
                additional_headers=sent,
                subprotocols=[Subprotocol("streamlit")],
            ):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    assert asyncio.run(status("")) == 403
    assert asyncio.run(status(signed_in(proxy))) == 101


def test_who_hammers_at_the_sign_in_page_has_to_wait(proxy: Proxy) -> None:
    asked = [proxy.ask("GET", "/login").status for _ in range(60)]
    assert 429 in asked
    assert proxy.ask("GET", "/healthz").status == 200
