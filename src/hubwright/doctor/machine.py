"""The machine that builds: its engine, its disks, and what it says about certificates, packages and proxies."""

import re
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

from hubwright.doctor.interface import Outcome, fail, not_asked, ok, warn
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.process import run
from hubwright.proxies import Proxies
from hubwright.words import listed, sized

_ANSWER_S = 15.0
_PROXY_S = 5.0
_GIGA = 10**9
# What the embedded engine refuses to begin without, and what a handful of images with their build cache takes.
_LEAST = 1 * _GIGA
_ENOUGH = 10 * _GIGA
_BUILDX = (0, 12)


def engine_outcome(engine: Engine | None, embedded: EmbeddedEngine) -> Outcome:
    """Say which engine answers, or whether one could be set up."""
    if engine is not None:
        return ok(f"{engine.name} answers")
    embedded.require_machine()
    return warn(
        "no engine answers; the embedded one can be set up here",
        "Nothing has to be done: a build sets it up. `hubwright engine start` does it now",
    )


def ask_buildx(engine: Engine | None, environment: Mapping[str, str]) -> Outcome:
    if engine is None:
        return not_asked("no engine is up yet, and the embedded one brings its own", "See `engine`")
    argv = (*engine.buildx, "version")
    done = run(argv, environment={**environment, **engine.environment}, timeout_s=_ANSWER_S)
    return buildx_outcome(done.stdout.decode("utf-8", "replace"))


def buildx_outcome(said: str) -> Outcome:
    """Judge what `buildx version` prints."""
    found = re.search(r"\bv?(\d+)\.(\d+)\.\d+\S*", said)
    if found is None:
        return warn(f"its version is not understood: {said.strip() or '(nothing)'}", "Use buildx 0.12 or newer")
    if (int(found[1]), int(found[2])) < _BUILDX:
        return fail(f"buildx {found[0]}", "Install buildx 0.12 or newer: an older one does not say what it pushed")
    return ok(f"buildx {found[0]}")


def ask_engine_disk(engine: Engine | None, embedded: EmbeddedEngine, environment: Mapping[str, str]) -> Outcome:
    """Look at the disk that the engine keeps images and build cache on, or would."""
    if engine is None:
        return ask_disk(embedded.places.home)
    if not engine.address.startswith("unix://"):
        return not_asked(f"the engine is on another machine, {engine.address}", "Look at its disk there")
    argv = (engine.docker, "info", "--format", "{{.DockerRootDir}}")
    done = run(argv, environment={**environment, **engine.environment}, timeout_s=_ANSWER_S)
    folder = Path(done.stdout.decode("utf-8", "replace").strip())
    if not folder.is_dir():
        return not_asked(f"the engine keeps its data in {folder}, which cannot be seen from here", "Look at its disk")
    return ask_disk(folder)


def ask_disk(folder: Path) -> Outcome:
    """Look at the disk that the folder is on, or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return disk_outcome(folder, shutil.disk_usage(there).free)


def disk_outcome(folder: Path, free: int) -> Outcome:
    """Judge the free bytes of the disk that the folder is on."""
    seen = f"{sized(free)} free in {folder}"
    if free < _LEAST:
        return fail(seen, f"Free some: a build needs {sized(_LEAST)} at the very least")
    if free < _ENOUGH:
        return warn(seen, f"Free some before images with large packages: {sized(_ENOUGH)} is comfortable")
    return ok(seen)


def certificates_outcome(bundle: Path | None, missing: Mapping[str, str]) -> Outcome:
    """Say which bundle builds get; `missing` are the variables that name a file that is not there."""
    if missing:
        named = listed(f"{variable} names {path}" for variable, path in sorted(missing.items()))
        return fail(f"{named}, which is not there", "Correct the variable, or unset it to have the system's taken")
    if bundle is None:
        return warn("no bundle of certificates was found", "Install ca-certificates, or name a bundle in SSL_CERT_FILE")
    return ok(f"builds get {bundle}, as a secret that stays in no image")


def configuration_outcome(files: Mapping[str, Path], missing: Mapping[str, str]) -> Outcome:
    """Say by name which settings of package tools builds get; what is in them is nobody's business."""
    if missing:
        named = listed(f"{variable} names {path}" for variable, path in sorted(missing.items()))
        return fail(f"{named}, which is not there", "Correct the variable, or unset it")
    if not files:
        return ok("none found: builds use the tools' own defaults")
    found = listed((f"{name} from {path}" for name, path in sorted(files.items())), conjunction="and")
    return ok(f"builds get {found}, as secrets that stay in no image")


def ask_proxies(proxies: Proxies) -> Outcome:
    """Say which proxies are used, without who we are to them, and whether anybody listens there."""
    if not proxies.by_scheme:
        return ok("none named: everything is asked directly")
    reasons = {proxy.address: _connect(proxy.address) for proxy in proxies.by_scheme.values()}
    if bad := [f"{address} does not answer ({reason})" for address, reason in reasons.items() if reason]:
        return fail(listed(bad, conjunction="and"), "Correct HTTP_PROXY and HTTPS_PROXY, or unset them")
    used = [f"{proxy.address} for {scheme}" for scheme, proxy in sorted(proxies.by_scheme.items())]
    direct = listed(("this machine", *proxies.direct), conjunction="and")
    return ok(f"{listed(used, conjunction='and')}; without one: {direct}")


def _connect(address: str) -> str | None:
    """Return why nobody can be reached there, or None."""
    host, _, port = address.partition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PROXY_S).close()
    except OSError as error:
        return error.strerror or str(error)
    return None
