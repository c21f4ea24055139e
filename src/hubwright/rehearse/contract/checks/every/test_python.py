from hubwright.rehearse.contract.containers import Ran
from hubwright.rehearse.contract.expect import Expect, not_shown
from hubwright.rehearse.contract.facts import Facts, answer_in


def test_python_runs(gathered: Ran, expect: Expect) -> None:
    """The image has a python3 on PATH that runs.

    Notebooks, the server and these checks need it. Install it, and put its folder into PATH with ENV.
    """
    expect(seen=gathered.exit_code, expected=0, says=gathered.stderr.strip()[-1000:])


def test_python_prints_nothing_of_its_own(gathered: Ran, expect: Expect) -> None:
    """What a program prints is all that Python prints.

    Whoever reads the output of a program takes the rest for a part of it. Look for a `print` in a sitecustomize, and
    in the .pth files of the packages.
    """
    if gathered.exit_code != 0:
        not_shown("test_python_runs")
    _, stray = answer_in(gathered.stdout)
    expect(seen=stray[:300], expected="")


def test_no_placeholder_packages(facts: Facts, expect: Expect) -> None:
    """Every package is the one it is named after.

    An index without a vendor's package may hold a stand-in of the same name that raises on import. Name the vendor's
    index in `sources:` of the matrix.
    """
    expect.none(facts.placeholders, looked_at=len(facts.distributions))


def test_programs_of_the_hub_are_on_path(facts: Facts, expect: Expect) -> None:
    """Hubs find the single-user server by its two usual names.

    Install jupyterhub, and add a start-singleuser.sh that becomes jupyterhub-singleuser.
    """
    expect(seen=sorted(name for name, path in facts.programs.items() if path is None), expected=[])
