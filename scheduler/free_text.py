"""Text that people type: what is never taken in, and what is shown where it is there anyway."""

from __future__ import annotations

import re

# Control characters steer terminals and break headers, the others reorder or split the text around
# them without being seen. Tab and line feed stay; so do the marks that right-to-left scripts need.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, C0 and C1
    "\u2028\u2029"  # separators of lines
    "\u202a-\u202e\u2066-\u2069"  # overrides of direction
    "\ud800-\udfff\ufffe\uffff"  # halves of characters, and what is none
)
UNSEEN = re.compile(f"[{_UNSEEN}]")


def takes(text: str) -> bool:
    """Say whether a text holds nothing but what can be seen, tabs and line feeds."""
    return UNSEEN.search(text) is None


def harmless(text: str) -> str:
    """Show a text from outside: what cannot be seen becomes the sign for "no character here"."""
    return UNSEEN.sub("\ufffd", text)


def disarmed(text: str) -> str:
    """Keep a text from calling everybody or loading a picture where others read chats.

    Chat programs turn ``@channel`` into a call and ``![x](address)`` into a picture that tells its
    owner who has read it. An invisible joiner and a blank take both away.
    """
    calm = re.sub(r"@(?=channel|here|all|everyone|group)", "@\u2060", text, flags=re.IGNORECASE)
    return calm.replace("](", "] (")
