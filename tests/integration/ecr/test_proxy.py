"""The command behind a company's proxy, which alone leads to ECR."""

import pytest

from fakes.aws import HOST
from fakes.proxy import CompanyProxy
from helpers.ecr_site import Site
from helpers.workplace import Workplace

LOGIN = "someone:hunter2"


@pytest.mark.parametrize("command", [["status"], ["build", "--until=publish"], ["doctor"]], ids=" ".join)
def test_the_registry_is_asked_through_the_proxy_that_the_environment_names(
    workplace: Workplace, site: Site, command: list[str]
) -> None:
    proxy = CompanyProxy(routes={f"{HOST}:443": site.address}, login=LOGIN)
    workplace.write("base")
    with proxy.serve() as address:
        done = workplace.run(*command, HTTPS_PROXY=f"http://{LOGIN}@{address}")
    assert f"CONNECT {HOST}:443" in proxy.asked
    assert "hunter2" not in done.stdout + done.stderr
    if command != ["doctor"]:
        assert done.returncode == 0, done.stderr


def test_a_proxy_that_wants_another_login_ends_the_run_at_once(workplace: Workplace, site: Site) -> None:
    proxy = CompanyProxy(routes={f"{HOST}:443": site.address}, login=LOGIN)
    workplace.write("base")
    with proxy.serve() as address:
        refused = workplace.run("status", HTTPS_PROXY=f"http://someone:else@{address}")
    assert (refused.returncode, "the proxy answered 407" in refused.stderr) == (20, True)
    assert "someone:else" not in refused.stderr
    assert site.requests == []


def test_no_proxy_is_asked_for_a_host_that_is_named_in_no_proxy(workplace: Workplace) -> None:
    proxy = CompanyProxy(routes={}, login=LOGIN)
    workplace.write("base")
    with proxy.serve() as address:
        done = workplace.run("status", HTTPS_PROXY=f"http://{address}", NO_PROXY=HOST)
    assert (done.returncode, proxy.asked) == (0, [])
