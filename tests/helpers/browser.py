"""A real browser without a screen, out of Debian's packages, driven over its own protocol."""

import base64
import itertools
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

from hubwright.debian import fetch

# The browser and the libraries that a minimal machine lacks, of one release: they run with a newer C library too.
_SUITE = "bookworm"
_PACKAGES = (
    *("chromium-headless-shell", "chromium-common", "fonts-dejavu-core", "fonts-inter", "fontconfig-config"),
    *("libcap2", "libgcrypt20", "libgpg-error0", "liblz4-1", "liblzma5", "libsystemd0", "libx11-xcb1"),
    *("libasound2", "libatk1.0-0", "libatspi2.0-0", "libasyncns0", "libblkid1", "libbrotli1", "libbsd0", "libdav1d6"),
    *("libdbus-1-3", "libdouble-conversion3", "libdrm2", "libexpat1", "libffi8", "libflac12", "libfontconfig1"),
    *("libfreetype6", "libgbm1", "libglib2.0-0", "libgraphite2-3", "libharfbuzz-subset0", "libharfbuzz0b"),
    *("libjpeg62-turbo", "liblcms2-2", "libmd0", "libminizip1", "libmount1", "libmp3lame0", "libmpg123-0", "libnspr4"),
    *("libnss3", "libogg0", "libopenh264-7", "libopenjp2-7", "libopus0", "libpcre2-8-0", "libpng16-16", "libpulse0"),
    *("libselinux1", "libsndfile1", "libudev1", "libvorbis0a", "libvorbisenc2", "libwayland-server0", "libx11-6"),
    *("libxau6", "libxcb1", "libxcomposite1", "libxdamage1", "libxdmcp6", "libxext6", "libxfixes3", "libxi6"),
    *("libxkbcommon0", "libxnvctrl0", "libxrandr2", "libxrender1", "libzstd1", "zlib1g"),
)
_FONTS = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir><cachedir>{folder}/fonts</cachedir>
  <alias binding="strong"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="strong"><family>ui-monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
_ANSWERS_S = 60
_OBSTACLES = """\
axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(each => each.impact === "serious" || each.impact === "critical")
  .map(each => `${each.id}: ${each.nodes[0].target} ${each.nodes[0].failureSummary}`))"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chromium:
    """The unpacked browser; `root` holds it and its libraries."""

    root: Path

    def argv(self, folder: Path) -> list[str]:
        # Nothing here comes from elsewhere, and root has no sandbox. The browser's own errands would be requests.
        quiet = ("--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync")
        return [
            str(self.root / "usr/lib/chromium/chromium-headless-shell"),
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", *quiet),
            *(f"--user-data-dir={folder}/profile", "--remote-debugging-port=0", "about:blank"),
        ]

    def environment(self, folder: Path) -> Mapping[str, str]:
        configuration = folder / "fonts.conf"
        configuration.write_text(_FONTS.format(root=self.root, folder=folder))
        libraries = sorted(
            str(path) for part in ("usr/lib", "lib") for path in self.root.glob(f"{part}/*-linux-gnu*") if path.is_dir()
        )
        return {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "LD_LIBRARY_PATH": ":".join([*libraries, *(f"{path}/pulseaudio" for path in libraries)]),
            "FONTCONFIG_FILE": str(configuration),
        }


def fetch_chromium(cache: Path) -> Chromium:
    return Chromium(root=fetch(_PACKAGES, suite=_SUITE, cache=cache, environment=os.environ))


class Tab:
    """One page in the browser, and everything it has asked for or complained about."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.command(f"{domain}.enable")

    def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return what came of it, taking note of what happens meanwhile."""
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._connection.recv(timeout=_ANSWERS_S))
            if message.get("id") == number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def open(self, path: Path, *, fragment: str = "") -> Self:
        """Load a file at a place in it, and return when it and everything in it has been loaded."""
        self.requests.clear()
        self.complaints.clear()
        self.command("Page.navigate", url=f"{path.as_uri()}#{fragment}" if fragment else path.as_uri())
        while self._note(json.loads(self._connection.recv(timeout=_ANSWERS_S))) != "Page.loadEventFired":
            pass
        return self

    def look(self, width: int, *, dark: bool = False, height: int = 900) -> Self:
        """Give the page the width of a screen, and the colours that its reader prefers."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.command("Emulation.setEmulatedMedia", media="", features=scheme)
        return self

    def ask(self, expression: str) -> Any:
        """Return what an expression of JavaScript comes to; a promise is waited for."""
        result = self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key: str) -> None:
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"Enter": "\r"}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.command("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    def picture(self, *, whole: bool = False) -> bytes:
        """Return a PNG of what is on the screen, or of the whole page."""
        shot = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def _note(self, message: Mapping[str, Any]) -> str:
        method, parameters = str(message.get("method")), message.get("params", {})
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if parameters["type"] in {"error", "warning"}:
                self.complaints.append(str(parameters["args"]))
            case "Log.entryAdded" if parameters["entry"]["level"] in {"error", "warning"}:
                self.complaints.append(parameters["entry"]["text"])
            case _:
                pass
        return method


def obstacles(tab: Tab, axe: str) -> list[str]:
    """Return what axe finds on the open page that keeps people from reading it: what, where, and how to mend it."""
    # A script of the page's own would not be let in by its policy; the protocol's is.
    tab.ask(f"{axe}; 0")
    found: list[str] = tab.ask(_OBSTACLES)
    return found


@contextmanager
def open_tab(chromium: Chromium, folder: Path) -> Iterator[Tab]:
    """Give a tab of a browser that has nothing of anybody, and is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        chromium.argv(folder),
        env=chromium.environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with _connect(_first_tab(_address(process))) as connection:
            yield Tab(connection)
    finally:
        process.kill()
        process.communicate()


def _address(process: "subprocess.Popen[str]") -> str:
    """Return where the browser listens, which it says among other things; what it says later goes nowhere."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"DevTools listening on (ws://\S+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found[1]
    raise AssertionError("".join(said))


def _first_tab(browser: str) -> str:
    with _connect(browser) as connection:
        connection.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        targets = json.loads(connection.recv(timeout=_ANSWERS_S))["result"]["targetInfos"]
    page = next(target["targetId"] for target in targets if target["type"] == "page")
    return f"{browser.partition('/devtools/')[0]}/devtools/page/{page}"


def _connect(address: str) -> ClientConnection:
    # A page is a message of many megabytes; loopback needs no proxy.
    return connect(address, max_size=None, compression=None, proxy=None)
