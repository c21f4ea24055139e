from collections.abc import Callable

from fakes.content import push_image
from fakes.registry import FakeRegistry
from hubwright.errors import RegistryUnavailableError
from hubwright.registries.interface import Descriptor
from hubwright.registries.lookup import Answers, Tagged, resolve_all


class PartlyDown(FakeRegistry):
    """Cannot be asked about some tags."""

    def __init__(self, is_down: Callable[[str], bool]) -> None:
        super().__init__()
        self.is_down = is_down

    def resolve(self, repository: str, tag: str) -> Descriptor | None:
        self.unavailable = self.is_down(tag)
        try:
            return super().resolve(repository, tag)
        finally:
            self.unavailable = False


def tagged(tag: str) -> Tagged:
    return Tagged(repository="a", tag=tag)


def stopped() -> float:
    return 0.0


def test_each_tag_gets_one_of_three_answers() -> None:
    registry = PartlyDown(lambda tag: tag == "unclear")
    image = push_image(registry, "a", "there")

    answers = resolve_all(registry, [tagged("there"), tagged("gone"), tagged("unclear")], clock=stopped)

    assert answers.found == {tagged("there"): image}
    assert answers.absent == {tagged("gone")}
    assert list(answers.unanswered) == [tagged("unclear")]
    assert isinstance(answers.unanswered[tagged("unclear")], RegistryUnavailableError)


def test_nothing_asked_is_nothing_answered() -> None:
    assert resolve_all(FakeRegistry(), [], clock=stopped) == Answers(found={}, absent=frozenset(), unanswered={})


def test_what_is_asked_for_twice_is_answered_once() -> None:
    answers = resolve_all(FakeRegistry(), [tagged("x"), tagged("x")], clock=stopped)

    assert answers.absent == {tagged("x")}


def test_after_the_deadline_no_new_question_is_asked() -> None:
    moments = iter([0.0, *[100.0] * 3])

    answers = resolve_all(FakeRegistry(), [tagged("a"), tagged("b"), tagged("c")], clock=lambda: next(moments))

    assert answers.absent == frozenset()
    assert len(answers.unanswered) == 3
    assert "others took the whole 60 s" in str(answers.unanswered[tagged("a")])
