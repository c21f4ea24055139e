import pytest

from fakes.aws import ACCOUNT, HOST, REGION, FakeAws, token
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.doctor import registry
from hubwright.doctor.interface import State
from hubwright.errors import AwsAccountError, RegistryUnavailableError
from hubwright.registries.ecr_differences import Difference
from hubwright.registries.ecr_policy import image_settings
from hubwright.registries.probe import Mode, Probed

SCRATCH = "jupyter/scratch/probe"
_HARMLESS = Difference(setting="scan on push", wanted="true", found="false")
_DANGER = Difference(setting="tag mutability", wanted="IMMUTABLE", found="MUTABLE", danger="fp-* can be overwritten")


def test_a_registry_answers_also_where_it_has_nothing() -> None:
    assert registry.ask_registry(FakeRegistry(), "host:1", SCRATCH).seen == "host:1 answers"


def test_a_registry_that_is_down_is_an_error() -> None:
    down = FakeRegistry()
    down.unavailable = True
    with pytest.raises(RegistryUnavailableError):
        registry.ask_registry(down, "host:1", SCRATCH)


def test_a_registry_that_does_not_run_is_not_asked() -> None:
    assert registry.not_running().state is State.NOT_ASKED


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_will_do_and_is_named(mode: Mode) -> None:
    outcome = registry.probe_outcome(Probed(found=mode, left={}), SCRATCH, "delete it")
    assert (outcome.state, outcome.advice) == (State.OK, "")
    assert outcome.seen.startswith(f"{mode}: ")


def test_what_is_left_is_told_with_what_to_do() -> None:
    outcome = registry.probe_outcome(Probed(found=Mode.TAG, left={"sha256:1": "no"}), SCRATCH, "delete it")
    assert (outcome.state, outcome.advice) == (State.WARN, "delete it")
    assert f"{SCRATCH}@sha256:1 is left there (no)" in outcome.seen


def test_a_probe_that_broke_fails_in_the_registry_s_words() -> None:
    error = RegistryUnavailableError("it is down")
    assert registry.probe_outcome(Probed(found=error, left={}), SCRATCH, "x").seen == "it is down"
    left = registry.probe_outcome(Probed(found=error, left={"sha256:1": "no"}), SCRATCH, "x")
    assert (left.state, left.advice) == (State.FAIL, "x")


def test_the_probe_is_made_in_the_scratch_repository() -> None:
    tried = FakeRegistry()
    outcome = registry.ask_probe(tried, tried, SCRATCH, mark="m", clock=FakeTime().clock, advice="x")
    assert outcome.state is State.OK
    assert all(write.startswith(SCRATCH) for write in tried.writes)


def test_who_we_are_to_aws_is_told_without_the_token() -> None:
    with FakeAws(script={"GetAuthorizationToken": lambda _: token("hunter2")}).serve() as ecr:
        seen = registry.ask_aws(ecr, REGION).seen
    assert f"account {ACCOUNT} as arn:aws:iam" in seen
    assert f"a token for {HOST} that lives 12 h" in seen
    assert "hunter2" not in seen


def test_another_account_is_an_error() -> None:
    with FakeAws(account="999988887777").serve() as ecr, pytest.raises(AwsAccountError):
        registry.ask_aws(ecr, REGION)


@pytest.mark.parametrize(
    "compared, state, told",
    [
        ({"a": (), "b": ()}, State.OK, "2 of 2 are there, set up as they should be"),
        ({"a": (), "b": None}, State.OK, "1 of 2 are there, set up as they should be; a build creates b"),
        ({"a": (_HARMLESS,), "b": None}, State.WARN, "a: scan on push is false, and should be true"),
        ({"a": (_HARMLESS, _DANGER)}, State.FAIL, "a: fp-* can be overwritten"),
    ],
)
def test_repositories_are_judged_by_what_could_be_lost(
    compared: dict[str, tuple[Difference, ...] | None], state: State, told: str
) -> None:
    outcome = registry.repositories_outcome(compared)
    assert (outcome.state, outcome.seen) == (state, told)


def test_repositories_are_compared_one_by_one_and_none_is_made() -> None:
    described = {"repositoryName": "jupyter/a", "imageTagMutability": "MUTABLE"}
    aws = FakeAws(script={"DescribeRepositories": lambda _: {"repositories": [described]}})
    aws.script["GetLifecyclePolicy"] = lambda _: {"lifecyclePolicyText": '{"rules": []}'}
    with aws.serve() as ecr:
        outcome = registry.ask_repositories(ecr, {"jupyter/a": image_settings()})
    assert outcome.state is State.FAIL
    assert set(aws.asked) == {"DescribeRepositories", "GetLifecyclePolicy"}
