from hubwright.pipeline.standing import standings
from hubwright.proof.decide import Answer, Decision, Reason
from hubwright.proof.examine import Proof
from hubwright.verdicts import Standing
from proofs import claim
from values import profile

_OFFERS = [offer for slug in ("lab", "old", "gone", "new") for offer in profile(slug, slug).offers]
_PROOF = Proof(where="tag", digest="sha256:p", key="ours", claim=claim(hardware=False))
_DIGESTS = {"lab": "sha256:l", "old": "sha256:o", "new": "sha256:n"}


def _decision(answer: Answer) -> Decision:
    reasons = (Reason(where="tag", why="it is torn"),)
    return Decision(answer=answer, proof=_PROOF if answer is Answer.PROVEN else None, reasons=reasons)


def test_every_start_stands_as_the_registry_says() -> None:
    found = standings(
        _OFFERS,
        digests=_DIGESTS,
        decisions={
            "lab": _decision(Answer.PROVEN),
            "old": _decision(Answer.BLOCKED),
            "new": _decision(Answer.ABSENT),
            "gone": _decision(Answer.PROVEN),
        },
        reasons={"gone": "its image did not build\nand more"},
    )
    assert {name: (each.standing, each.digest) for name, each in found.items()} == {
        "lab": (Standing.WITHOUT_HARDWARE, "sha256:l"),
        "old": (Standing.FAILED, "sha256:o"),
        "gone": (Standing.NOT_TESTED, ""),
        "new": (Standing.NOT_TESTED, ""),
    }
    assert found["lab"].reason == "it was proven on 2026-05-04, and nothing has changed"
    assert found["old"].reason.startswith("it was rehearsed before: it is torn.")
    assert found["gone"].reason == "its image did not build"
    assert found["new"].reason == "nothing is proven about its image yet; `hubwright verify` rehearses it"


def test_what_cannot_be_found_out_is_not_tested() -> None:
    found = standings(_OFFERS[:2], digests=_DIGESTS, decisions={"lab": _decision(Answer.REJECTED)}, reasons={})
    assert (found["lab"].standing, found["lab"].reason) == (
        Standing.NOT_TESTED,
        "no proof of it holds: tag: it is torn",
    )
    assert found["old"].reason == "its image is not in the registry"
