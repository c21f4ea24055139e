"""Asks the hub's own KubeSpawner for its form and for every pod. It runs where hubwright is not installed.

Told by a JSON file, it prints JSON; no cluster and no network is needed.
"""

import asyncio
import contextlib
import copy
import itertools
import json
import logging
import os
import runpy
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kubespawner import KubeSpawner
from traitlets.config.loader import Config

# What a value may refer to; the matrix takes no other name.
_NAMES = ("userid", "username", "unescaped_username", "servername", "unescaped_servername", "hubnamespace")


def _spawner(config: Config, profiles: list[Any] | None = None) -> Any:
    """Return a new spawner, as every start has one: overrides would be left on it.

    Its profiles are those of the configuration, or these.
    """
    user = types.SimpleNamespace(name="ada", id=1, url="/user/ada/")
    hub = types.SimpleNamespace(public_host="", url="/hub/", base_url="/hub/", api_url="http://hub:8081/hub/api")
    made = KubeSpawner(user=user, hub=hub, config=config)
    if profiles is not None:
        made.profile_list = profiles
    # What the hub sets before each start.
    made.api_token, made.oauth_client_id, made.server = "token", "jupyterhub-user-ada", None
    return made


async def _page(config: Config, profiles: list[Any]) -> dict[str, Any]:
    try:
        return {"page": await _spawner(config, profiles).get_options_form(), "error": None}
    except Exception as error:  # noqa: BLE001 - whatever it is, the hub would answer with it
        return {"page": None, "error": _told(error)}


async def _pod(config: Config, profiles: list[Any], options: dict[str, Any]) -> dict[str, Any]:
    try:
        spawner = _spawner(config, profiles)
        spawner.user_options = options
        await spawner.load_user_options()
        pod = await spawner.get_pod_manifest()
        return {"pod": spawner.api.api_client.sanitize_for_serialization(pod), "error": None}
    except Exception as error:  # noqa: BLE001 - whatever it is, the user would get it
        return {"pod": None, "error": _told(error)}


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _slug(spawner: Any, profile: Any) -> str | None:
    """Return the slug as KubeSpawner sees it, None where it sees none."""
    with contextlib.suppress(Exception):
        (seen,) = spawner._get_initialized_profile_list([profile])
        return str(seen["slug"])
    return None


def _options(profile: Any) -> dict[str, list[str]]:
    """Return the choices of each option, as far as there are any."""
    options = profile.get("profile_options") if isinstance(profile, dict) else None
    if not isinstance(options, dict):
        return {}
    found = {key: option.get("choices") for key, option in options.items() if isinstance(option, dict)}
    return {key: list(choices) for key, choices in found.items() if isinstance(choices, dict)}


def _starts(profile: Any) -> Iterator[dict[str, Any] | None]:
    """Yield the choices of every start that the profile has; None is a start without any choice."""
    options = _options(profile)
    for picked in itertools.product(*options.values()):
        yield dict(zip(options, picked, strict=True))
    if options:
        yield None


def _form(slug: str, choices: dict[str, str]) -> dict[str, list[str]]:
    """Return what a browser sends."""
    return {"profile": [slug], **{f"profile-option-{slug}--{key}": [value] for key, value in choices.items()}}


def _overridden(profile: Any, choices: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every value that the start overrides."""
    layers: list[tuple[str, ...]] = [("kubespawner_override",)]
    layers += [("profile_options", key, "choices", value, "kubespawner_override") for key, value in choices.items()]
    for layer in layers:
        yield from ((*layer, key) for key in _at(profile, layer))


def _at(profile: Any, path: tuple[str, ...]) -> dict[str, Any]:
    """Return the mapping at the path, an empty one where there is none."""
    for key in path:
        profile = profile.get(key) if isinstance(profile, dict) else None
    return profile if isinstance(profile, dict) else {}


async def _cures(config: Config, profile: Any, options: dict[str, Any]) -> list[str]:
    """Return the values without any one of which the start would succeed, as exactly as it can be told."""

    async def cures(path: tuple[str, ...]) -> bool:
        without = copy.deepcopy(profile)
        del _at(without, path[:-1])[path[-1]]
        return (await _pod(config, [without], options))["error"] is None

    found = []
    for path in _overridden(profile, {key: value for key, value in options.items() if key != "profile"}):
        inner = [(*path, key) for key in _at(profile, path)]
        found += [each for each in inner if await cures(each)] or ([path] if await cures(path) else [])
    return [".".join(path) for path in found]


async def _all_starts(config: Config, profiles: list[Any], slugs: list[str | None]) -> list[dict[str, Any]]:
    browser = _spawner(config)
    made = [{"slug": None, "choices": None, "cures": [], **await _pod(config, profiles, {})}]
    for profile, slug in zip(profiles, slugs, strict=True):
        for choices in _starts(profile) if slug is not None else ():
            options = browser.options_from_form(_form(str(slug), choices or {}))
            start = {"slug": slug, "choices": choices, "cures": [], **await _pod(config, profiles, options)}
            if start["error"] is not None and choices is not None:
                start["cures"] = await _cures(config, profile, options)
            made.append(start)
    return made


async def _ask(config: Config) -> dict[str, Any]:
    spawner = _spawner(config)
    profiles, tolerations = spawner.profile_list, spawner.tolerations
    if not isinstance(profiles, list):
        return {"trouble": f"the profile list is a {type(profiles).__name__}, and no list"}
    # Every spawner copies its configuration, for which a long list is a heavy load.
    config["KubeSpawner"].pop("profile_list", None)
    form = await _page(config, profiles)
    slugs = [_slug(spawner, profile) for profile in profiles]
    return {
        "trouble": None,
        "form": form,
        "alone": [(await _page(config, [each]))["error"] for each in profiles] if form["error"] is not None else [],
        "slugs": slugs,
        "traits": sorted(KubeSpawner.class_trait_names(config=True)),
        "names": {name: spawner._expand_user_properties("{" + name + "}") for name in _NAMES},
        "tolerations": list(tolerations.values() if isinstance(tolerations, dict) else tolerations),
        "starts": await _all_starts(config, profiles, slugs),
    }


def main() -> None:
    # Whatever the chart's file prints must not get among the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        logging.disable()
        given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
        configuration = runpy.run_path(str(Path(__file__).with_name("configuration.py")))
        try:
            config = configuration["configure"](given)
            told = asyncio.run(_ask(config))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is what the hub would not come up with
            told = {"trouble": _told(error)}
        json.dump(told, answers)


if __name__ == "__main__":
    main()
