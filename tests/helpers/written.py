"""Notebooks as they come out of a rehearsal, for tests of what is made of them."""

import json
from typing import Any

# One dot.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
OWN = "document.title = 'owned'"
HOSTILE = f"""\
<script>{OWN}; fetch('https://elsewhere.example/')</script><SCRIPT src="https://elsewhere.example/x.js"></SCRIPT>
<iframe src="https://elsewhere.example/"></iframe><iframe srcdoc="<script>parent.{OWN}</script>"></iframe>
<object data="https://elsewhere.example/x"></object><embed src="https://elsewhere.example/x">
<img src="x" onerror="{OWN}"><img src="https://elsewhere.example/pixel.png"><img src="data:text/html;base64,AAAA">
<svg onload="{OWN}"><script>{OWN}</script><image href="https://elsewhere.example/x.png"></image></svg>
<math><mtext><img src=x onerror="{OWN}"></mtext></math>
<div style="position: fixed; inset: 0; z-index: 9; background: url(https://elsewhere.example/x)">over all</div>
<style>body {{ display: none }} @import "https://elsewhere.example/x.css";</style>
<link rel="stylesheet" href="https://elsewhere.example/x.css">
<meta http-equiv="refresh" content="0; url=https://elsewhere.example/">
<base href="https://elsewhere.example/"><form action="https://elsewhere.example/">
<button formaction="x">go</button></form>
<a href="javascript:{OWN}">script</a><a href=" jAvAsCrIpT:{OWN}">script</a>
<a href="data:text/html,<script>{OWN}</script>">x</a>
<a href="https://example.org/" onclick="{OWN}" target="_blank">page</a><p id="cell-1" class="skip highlight">kept</p>
<b onmouseover={OWN} style="color: red; font-weight: 700; position: absolute">bold</i></p>
"""


def code(source: str, *outputs: object, count: object = 1) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "execution_count": count, "metadata": {}, "outputs": list(outputs)}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def stream(text: object, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(**data: object) -> dict[str, Any]:
    """Return an output in the forms given: `text_html` is text/html."""
    forms = {kind.replace("_", "/", 1).replace("svg", "svg+xml"): value for kind, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": forms}


def error(*lines: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": "E", "evalue": "e", "traceback": list(lines)}


def notebook(*cells: object, language: object = "python") -> bytes:
    metadata = {"language_info": {"name": language}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": list(cells)}).encode()


def hostile() -> bytes:
    """Return a notebook that tries everything in every place that has HTML, and writes 10 MB besides."""
    return notebook(
        markdown(f"# Title\n\n{HOSTILE}\n\n[x](javascript:{OWN}) ![x](https://elsewhere.example/x.png)"),
        code(HOSTILE, display(text_html=HOSTILE, text_plain="plain"), stream(HOSTILE), error(HOSTILE)),
        code("print", stream(f"\x1b[31mred\x1b[0m \x1b]0;owned\x07\x1b[2J{HOSTILE}\u202e")),
        code("large", stream("0123456789" * 1_000_000)),
        code("js", {**display(), "data": {"application/javascript": OWN}}),
        code("svg", display(image_svg="<svg xmlns='http://www.w3.org/2000/svg' onload=\"" + OWN + '"/>')),
        code("plot", display(image_png=PNG, text_plain="<Figure>")),
        {"cell_type": "raw", "source": HOSTILE, "metadata": {}},
    )
