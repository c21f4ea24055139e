"""The page around the sections: its head, the one style and the one script, and a policy that allows nothing else."""

import base64
import hashlib
from importlib.resources import files

from hubwright.report.page.html import Child, Html, raw, tag


def document(title: str, *, header: Child, main: Child, footer: Child) -> str:
    """Return the whole page. It loads nothing, and runs nothing but the script that is in it."""
    style, script = _read("style.css"), _read("script.js")
    allowed = f"style-src {_source(style)}; script-src {_source(script)}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", raw(style)),
    )
    body = tag(
        "body",
        tag("a", "Skip to the verdict", class_="skip", href="#verdict"),
        tag("header", header),
        tag("main", main),
        tag("footer", footer),
        tag("script", raw(script)),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def section(identifier: str, heading: str, *children: Child) -> Html:
    """Return a part of the page that has a name, for eyes and for those who go from landmark to landmark."""
    return tag(
        "section",
        tag("h2", heading, id=f"{identifier}-heading"),
        *children,
        id=identifier,
        aria_labelledby=f"{identifier}-heading",
    )


def _read(name: str) -> str:
    return files("hubwright.report.page").joinpath(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
