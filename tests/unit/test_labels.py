"""Labels are read by others long after they were written: their names are kept."""

from hubwright import labels


def test_the_names_are_those_of_the_specification_or_of_our_own() -> None:
    named = {name: value for name, value in vars(labels).items() if name.isupper() and not name.startswith("_")}
    assert named == {
        "BASE_NAME": "org.opencontainers.image.base.name",
        "BASE_DIGEST": "org.opencontainers.image.base.digest",
        "CREATED": "org.opencontainers.image.created",
        "VARIANT": "io.github.hubwright.variant",
        "FINGERPRINT": "io.github.hubwright.fingerprint",
        "FOUNDATION": "io.github.hubwright.foundation",
        "FOUNDATION_WAY": "io.github.hubwright.foundation.way",
        "FOUNDATION_LOCK": "io.github.hubwright.foundation.lock",
        "SMOKE_SET": "io.github.hubwright.smoke-set",
    }
    assert labels.lock_label("sub/requirements.lock") == "io.github.hubwright.lock.sub.requirements.lock"
