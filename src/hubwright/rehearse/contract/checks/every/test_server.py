import pytest

from hubwright.rehearse.contract.containers import Served
from hubwright.rehearse.contract.expect import Expect, not_shown

_OK = 200


def test_server_answers_below_a_prefix_to_anyone(served: Served, expect: Expect) -> None:
    """With an empty home, under any uid of group 0, the image's command serves below NB_PREFIX on port 8888.

    So Kubeflow starts it. Nothing may need a file of the home, a name for the uid, or a folder that it cannot write.
    """
    if served.told is None:
        pytest.fail(f"the container ended: {served.log[-1500:]}", pytrace=False)
    expect(seen=served.told["status"], expected=_OK, says=served.log[-1500:])


def test_anyone_can_write_into_an_empty_home(served: Served, expect: Expect) -> None:
    """A uid of group 0 writes into a volume of group 100, as the cluster gives it.

    HOME has to be set in the image: for a uid without a name there is no other.
    """
    if served.told is None:
        not_shown("test_server_answers_below_a_prefix_to_anyone")
    expect(seen=served.told["home_writable"], expected=True)
