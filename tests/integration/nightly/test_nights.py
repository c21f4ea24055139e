"""Time passes for a vendor: what moved is rebuilt and left as a branch, and then nothing."""

from helpers.nights import Repository, built


def test_exactly_what_moved_is_built_anew_and_left_as_a_branch_and_then_nothing(repository: Repository) -> None:
    vendor = repository.vendor
    vendor.publish_wheel("stand-in", "1.0", {"stand_in": ""})
    vendor.publish_package("stand-in-tool", "1.0", {"usr/bin/stand-in": ""})
    assert (locked := repository.run("lock")).returncode == 0, locked.stderr
    first = repository.run("build", "--until=publish")
    assert first.returncode == 0, first.stderr
    repository.commit()
    # What is offered until now; its rehearsal is not what this is about.
    good = repository.showroom.registry.resolve(
        "hubwright/wheels", repository.showroom.prepared().fingerprints["wheels"].tag
    )
    assert good
    repository.showroom.prove("lab", good)

    quiet = repository.run("nightly")
    assert quiet.returncode == 0, quiet.stderr + quiet.stdout
    assert "nothing moved: resolving took " in quiet.stdout
    assert set(built(quiet).values()) == {"reused"}
    assert (repository.branches(), repository.text()) == ({}, None)

    # One image asks for what nobody has. Two vendor's packages are newer.
    (repository.root / "images/below/requirements.in").write_text("no-such-package-of-anybody\n")
    (repository.root / "images/below/requirements.lock").write_text("")
    repository.commit()
    state = repository.state()
    vendor.publish_wheel("stand-in", "2.0", {"stand_in": ""}, ["another"])
    vendor.publish_wheel("another", "1.0", {"another": ""})
    vendor.publish_package("stand-in-tool", "1.1", {"usr/bin/stand-in": ""})
    moved = repository.run("nightly")
    # Nobody can start these images, and so the last good one is offered still.
    assert moved.returncode == 13, moved.stderr + moved.stdout
    assert built(moved) == {"base": "reused", "wheels": "built", "below": "built", "tools": "built", "other": "reused"}
    ((name, commit),) = repository.branches().items()
    changed = ["images/tools/apt.lock", "images/wheels/requirements.lock"]
    assert repository.git("diff", "--name-only", "HEAD", commit).split() == changed
    subject = "Move 3 packages in tools and wheels (Hubwright)"
    assert repository.git("log", "-1", "--format=%s (%an)", commit) == subject
    assert repository.git("rev-parse", f"{commit}^") == repository.git("rev-parse", "HEAD")
    text = repository.text()
    assert text
    affected = "offered with an image that is not today's: `lab`; on the lock of before: `below`"
    assert text.startswith(f"**Not fine:** {affected}.\n")
    assert f"- `wheels` `{good.digest[:19]}` → " in text
    # In the lock, and in the image.
    assert text.count("`stand-in` `1.0` → `2.0`") == 2
    assert text.count("added `another` `1.0`") == 2
    assert repository.state() == state

    again = repository.run("nightly")
    assert again.returncode == 13, again.stderr
    assert "nothing moved: resolving took " in again.stdout
    assert set(built(again).values()) == {"reused"}
    assert (repository.branches(), repository.text()) == ({name: commit}, None)
