"""One browser tab of the app without a browser: it speaks Streamlit's protocol and clicks."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_SWITCHES_PAGE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """How long one press took, in milliseconds from the press to the end of the answer."""

    page: str
    ms: float


@dataclass(slots=True)
class Tab:
    """A tab, signed in with a session's token.

    Attributes
    ----------
    address
        Of the app: ``http://127.0.0.1:8501``.
    token
        What the session's cookie holds.
    """

    address: str
    token: str
    _socket: ClientConnection | None = None
    _page: str = ""
    _pages: dict[str, str] = field(default_factory=dict)
    _choices: dict[str, list[str]] = field(default_factory=dict)
    _chosen: dict[str, str] = field(default_factory=dict)

    async def open(self) -> None:
        """Connect and show the first page."""
        self._socket = await connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": f"callboard_session={self.token}"},
            max_size=None,
            open_timeout=60,
        )
        await self._run()

    async def close(self) -> None:
        """Disconnect."""
        if self._socket is not None:
            await self._socket.close()

    async def click(self, chance: random.Random) -> Click:
        """Press a choice of the page, or go to another page."""
        others = [page for page in self._pages if page != self._page]
        if others and (not self._choices or chance.random() < _SWITCHES_PAGE):
            self._page = chance.choice(others)
            self._choices.clear()
            self._chosen.clear()
        elif self._choices:
            widget = chance.choice(sorted(self._choices))
            self._chosen[widget] = chance.choice(self._choices[widget])
        begin = time.perf_counter()
        await self._run()
        name = self._pages.get(self._page, "")
        return Click(page=name, ms=1000 * (time.perf_counter() - begin))

    async def _run(self) -> None:
        """Ask for a run of the page's script and take in all of its answer."""
        if self._socket is None:
            raise RuntimeError("the tab is not open")
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.context_info.locale = "en-GB"
        asked.rerun_script.context_info.timezone = "Europe/London"
        for widget, value in self._chosen.items():
            state = asked.rerun_script.widget_states.widgets.add(id=widget)
            state.string_array_value.data.append(value)
        await self._socket.send(asked.SerializeToString())
        while not self._take_in(await self._socket.recv()):
            pass

    def _take_in(self, data: str | bytes) -> bool:
        """Read one message; return whether it is the last of a run."""
        told = ForwardMsg()
        told.ParseFromString(data if isinstance(data, bytes) else data.encode())
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self._page = told.new_session.page_script_hash
        elif kind == "navigation":
            self._pages = {
                page.page_script_hash: page.page_name for page in told.navigation.app_pages
            }
            self._page = told.navigation.page_script_hash or self._page
        elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            element = told.delta.new_element
            if element.WhichOneof("type") == "button_group":
                options = [option.content for option in element.button_group.options]
                self._choices[element.button_group.id] = options
        elif (
            kind == "session_event"
            and told.session_event.WhichOneof("type") == "script_compilation_exception"
        ):
            raise RuntimeError(str(told.session_event))
        return kind == "script_finished"
