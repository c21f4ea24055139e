import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.aws import ACCOUNT, HOST
from fakes.web import Request
from helpers.ecr_site import Site, is_ours
from helpers.workplace import Workplace


def _planned(workplace: Workplace, name: str) -> str:
    """Return the tag under which the image belongs."""
    nodes = json.loads(workplace.run("status", "--json").stdout)["variants"]
    return str(next(node["tag"] for node in nodes if node["variant"] == workplace.image(name)))


def test_from_nothing_to_images_at_ecr(workplace: Workplace, site: Site) -> None:
    workplace.write("base", "other")
    first = workplace.run("build", "--until=publish")
    assert first.returncode == 0, first.stderr
    for name in ("base", "other"):
        repository = f"jupyter/{workplace.image(name)}"
        made = site.repositories.made[repository]
        assert made["registryId"] == ACCOUNT
        assert made["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
        assert {each["filter"] for each in made["imageTagMutabilityExclusionFilters"]} == {
            "proven",
            "proven-*",
            "sha256-*",
        }
        assert made["imageScanningConfiguration"] == {"scanOnPush": True}
        assert json.loads(site.repositories.lifecycles[repository])["rules"][0]["selection"]["tagStatus"] == "untagged"
        digest = workplace.stored(name, _planned(workplace, name))
        assert f"{HOST}/{repository}@{digest}" in first.stdout

    assert site.logins_seen > 0
    site.pushes.clear()
    second = workplace.run("build", "--until=publish")
    assert (second.returncode, "2 reused in" in second.stdout, site.pushes) == (0, True, [])
    status = workplace.run("status")
    assert (status.returncode, "2 of 2 are there" in status.stdout) == (0, True)
    assert list(site.memory.iterdir()) == []


def test_no_login_is_left_behind_by_a_build_that_fails(workplace: Workplace, site: Site) -> None:
    workplace.write("base", base="COPY not-there /\n")
    failed = workplace.run("build", "--until=publish")
    assert (failed.returncode, "not-there" in failed.stderr) == (10, True)
    assert list(site.memory.iterdir()) == []


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(
            lambda request, pushes: not is_ours(request) and "PUT" in request.method and not pushes, id="push"
        ),
        pytest.param(lambda request, pushes: is_ours(request) and bool(pushes), id="read back"),
    ],
)
def test_a_token_that_ends_under_way_is_renewed(
    workplace: Workplace, site: Site, ends: Callable[[Request, list[str]], bool]
) -> None:
    ended: list[Request] = []

    def expires(request: Request) -> bool:
        if ended or not ends(request, site.pushes):
            return False
        ended.append(request)
        return True

    # So short-lived that after some tenths of a second it may have been refused for its age.
    site.lives_s, site.expires = 0.2, expires
    workplace.write("base")
    built = workplace.run("build", "--until=publish")
    assert (built.returncode, len(ended)) == (0, 1), built.stderr
    assert f"@{workplace.stored('base', _planned(workplace, 'base'))}" in built.stdout
    assert site.aws.asked.count("GetAuthorizationToken") >= 2


def test_a_token_that_is_refused_for_good_says_what_to_do(workplace: Workplace, site: Site) -> None:
    site.lives_s, site.expires = 0.2, lambda request: not is_ours(request) and request.method == "PUT"
    workplace.write("base")
    built = workplace.run("build", "--until=publish")
    assert built.returncode == 10
    assert "403" in built.stderr
    assert site.pushes == []


def test_another_account_s_credentials_change_nothing(workplace: Workplace, site: Site) -> None:
    site.aws.account = "999988887777"
    workplace.write("base")
    refused = workplace.run("build", "--until=publish")
    assert (refused.returncode, "the matrix names 111122223333" in refused.stderr) == (26, True)
    assert f"jupyter/{workplace.image('base')}" not in site.repositories.made


def test_no_credentials_at_all_are_told_as_that(workplace: Workplace, tmp_path: Path) -> None:
    workplace.write("base")
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": str(tmp_path)}
    refused = workplace.run("build", "--until=publish", **nobody)
    assert (refused.returncode, "Log in to AWS" in refused.stderr) == (25, True)
