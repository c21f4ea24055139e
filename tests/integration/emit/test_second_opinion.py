"""cosign accepts what the command offers, with the public key that the command laid beside its own."""

import json

from helpers.cosign import Cosign
from helpers.showroom import LAB, LIST, Showroom
from hubwright.proof.pem import PUBLIC_NAME


def test_cosign_accepts_what_is_offered_and_nothing_else(showroom: Showroom, cosign: Cosign) -> None:
    showroom.write(LAB)
    showroom.offer("base", "good", "lab")
    assert showroom.run("emit").returncode == 0
    showroom.change("base", "second")
    unproven = showroom.push("base", "unproven")
    (profile,) = json.loads((showroom.root / LIST).read_text())
    offered = profile["kubespawner_override"]["image"]
    # Cosign's keys are named without the end of their files.
    ours = str(showroom.cache / "hubwright" / PUBLIC_NAME.removesuffix(".pub"))

    assert cosign.accepts(ours, offered)
    assert not cosign.accepts("stranger", offered)
    assert not cosign.accepts(ours, f"{showroom.host}/hubwright/base@{unproven.digest}")
