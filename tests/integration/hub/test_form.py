"""The form that users see, made by the real KubeSpawner of the oldest and of the newest chart."""

import json
import os
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from emitting import HOST, entry, made_matrix
from helpers.rehearsal import host_installer
from hubwright.emit.hub import LIST_FILE, emit
from hubwright.matrix.charts import CHARTS
from hubwright.model import Choice, Option, Profile
from hubwright.rehearse.hub.environment import hub_python

HOSTILE = "<script>alert(1)</script> &lt;b&gt; &copy R & D \"quoted\" 'twice' {{ 7 * 7 }} {% raw %} -->"
_OPTIONS = {"size": {"display_name": "Size", "choices": {"small": {"display_name": "Small"}}}}
# The spawner loads a cluster's configuration and makes a client; neither is used.
_SHOW = """
import asyncio, json, sys
from kubespawner import KubeSpawner
from kubespawner.spawner import MockObject

async def show():
    user, hub = MockObject(), MockObject()
    user.name, user.id, user.url = "ada", 1, "/user/ada/"
    hub.public_host, hub.url, hub.base_url, hub.api_url = "", "/hub/", "/hub/", "http://127.0.0.1:9/hub/api"
    spawner = KubeSpawner(user=user, hub=hub, _mock=True)
    spawner.profile_list = json.load(sys.stdin)
    print(await spawner.get_options_form())

asyncio.run(show())
"""
_KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "none",
    "clusters": [{"name": "none", "cluster": {"server": "http://127.0.0.1:9"}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
    "users": [{"name": "none", "user": {}}],
}


class _Page(HTMLParser):
    """What a browser makes of the form: its elements, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.mark.parametrize("chart", ["3.3.8", "4.4.0"])
def test_words_stay_words_in_the_form(chart: str, shared: Path, tmp_path: Path) -> None:
    python = hub_python(CHARTS[chart], cache=shared / "hubs of forms", installer=host_installer())
    matrix = made_matrix({"slug": "lab", "image": "base", "description": "Words", "profile_options": _OPTIONS})
    (tmp_path / "kubeconfig").write_text(json.dumps(_KUBECONFIG))

    def form(profile: Profile) -> _Page:
        environment = {**os.environ, "KUBECONFIG": str(tmp_path / "kubeconfig")}
        written = emit([entry(profile)], matrix, HOST).files[LIST_FILE]
        argv = [str(python), "-c", _SHOW]
        done = subprocess.run(argv, input=written, stdout=subprocess.PIPE, check=True, env=environment)
        return _Page(done.stdout.decode())

    (profile,) = matrix.profiles
    plain, hostile = form(profile), form(_with_words(profile, HOSTILE))
    assert plain.texts.count("A profile") == plain.texts.count("Small") == 1
    assert hostile.texts.count(HOSTILE) == 4
    assert hostile.elements == plain.elements


def _with_words(profile: Profile, words: str) -> Profile:
    """Return the profile with these words wherever people read some."""
    (option,) = profile.options
    (choice,) = option.choices
    choices: tuple[Choice, ...] = (replace(choice, display_name=words),)
    options: tuple[Option, ...] = (replace(option, display_name=words, choices=choices),)
    return replace(profile, display_name=words, description=words, options=options)
