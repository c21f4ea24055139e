"""Tags for people, moved to what was just decided to be proven."""

from collections.abc import Mapping

from hubwright.cli.today import today
from hubwright.errors import HubwrightError
from hubwright.model import Matrix
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.promoting import earned, promote, tags_of
from hubwright.proof.decide import Decision


def promote_earned(
    matrix: Matrix, destination: Destination, digests: Mapping[str, str], decisions: Mapping[str, Decision]
) -> list[HubwrightError]:
    """Move the tags of every variant that has earned it, and return what kept some from being moved.

    `digests` are by variant, `decisions` by the name of the start.
    """
    day = today().isoformat()
    wrong: list[HubwrightError] = []
    for each in earned(matrix, digests, decisions):
        tags = tags_of(each.variant, matrix.variants.values(), day)
        try:
            promote(destination.registry, destination.repository(each.variant.image), each.digest, tags)
        except HubwrightError as error:
            wrong.append(error)
    return wrong
