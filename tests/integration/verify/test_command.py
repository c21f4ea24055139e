"""What people get from `hubwright verify`: verdicts, executed notebooks, evidence, exit codes."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import docker
import nbformat
import urllib3

from helpers.command import Command, made_by, nothing_is_left
from helpers.docker_client import DockerClient
from helpers.images import BaseImage
from helpers.rehearsal import TinyImages

_TRIALS = ["start", "server-outside", "home", "kernels", "limits", "server", "contract", "used home", "network home"]
_NOTEBOOKS = ["home", "kernels", "limits", "network home", "server", "used home"]


def _for_a_hub(out: Path) -> dict[str, bytes]:
    """Return the files beside the run's own account, which tells of another time with every run."""
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file() and path.name != "run.json"}


def _verdicts(stdout: str) -> dict[str, dict[str, Any]]:
    return {each["profile"]: each for each in json.loads(stdout)["verdicts"]}


def test_what_is_there_is_proven_and_what_is_not_is_not_tested(hubwright: Command, base_image: BaseImage) -> None:
    done = hubwright("verify", "--again", "--json", "--strict")
    verdicts = _verdicts(done.stdout)

    base = verdicts["jupyterlab"]
    assert (base["verdict"], base["variant"]) == ("proven", "base"), done.stderr
    assert base["digest"] == base_image.ref.partition("@")[2]
    assert sorted(trial["name"] for trial in base["trials"]) == sorted(_TRIALS)
    assert all(trial["passed"] and trial["evidence"] for trial in base["trials"])
    homes = {trial["name"]: trial["evidence"] for trial in base["trials"] if trial["name"].endswith("home")}
    for evidence in homes.values():
        shown = {entry["check"]: entry for entry in evidence}["a file is read as it was written"]
        assert shown["expected"] == shown["seen"]

    folder = hubwright.out / "rehearsals/jupyterlab"
    assert sorted(path.stem for path in folder.iterdir()) == _NOTEBOOKS
    for path in folder.iterdir():
        notebook = nbformat.read(path, as_version=4)
        assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert (hubwright.out / "hub-4.4.0/hub.log").stat().st_size

    spark, neuron = verdicts["data-engineering"], verdicts["trainium"]
    assert (spark["verdict"], spark["digest"], spark["trials"]) == ("not tested", None, [])
    assert spark["reason"] == "its image is not in the registry; `hubwright build` builds it"
    assert neuron["reason"].startswith("its image is withheld: source neuron is unreachable")
    assert done.returncode == 11
    assert f"data-engineering: {spark['reason']}" in done.stderr
    assert not list(hubwright.temporary.iterdir())


def test_a_build_goes_the_whole_way_and_another_one_finds_it_all_done(
    hubwright: Command, base_image: BaseImage
) -> None:
    first = hubwright("build", "--select=base")
    assert first.returncode == 0, first.stderr
    written = _for_a_hub(hubwright.out)
    assert sorted(written) == ["profile_list.json", "profiles.yaml"]
    (profile,) = json.loads(written["profile_list.json"])
    assert (profile["slug"], profile["kubespawner_override"]["image"]) == ("jupyterlab", base_image.ref)
    assert (hubwright.out / "rehearsals/jupyterlab/home.ipynb").exists()

    shutil.rmtree(hubwright.out / "rehearsals")
    again = hubwright("build", "--select=base")
    assert (again.returncode, "it was proven on" in again.stdout) == (0, True), again.stderr
    assert "nothing changed in" in again.stdout
    assert not (hubwright.out / "rehearsals").exists()
    assert {name: (hubwright.out / name).read_bytes() for name in written} == written

    # The one proof is what all of it rests on.
    emitted = hubwright("emit", "--strict")
    assert (emitted.returncode, "1 proven, 7 withheld" in emitted.stdout) == (11, True), emitted.stderr


def test_what_is_not_there_fails_only_a_strict_run(hubwright: Command) -> None:
    done = hubwright("verify", "--select=pyspark*")
    assert (done.returncode, "1 not tested" in done.stdout) == (0, True), done.stderr
    assert not (hubwright.out / "rehearsals").exists()


def test_an_image_from_elsewhere_is_rehearsed_like_a_profile_and_kept_where_it_failed(
    hubwright: Command, base_image: BaseImage, client: docker.APIClient, tmp_path: Path
) -> None:
    engine = DockerClient(engine=base_image.engine)
    name = "localhost/hubwright-tests/elsewhere:1"
    (tmp_path / "Dockerfile").write_text(f"FROM {base_image.ref}\nLABEL made=elsewhere\n")
    engine.build(tmp_path, f"--tag={name}", "--load")
    try:
        with hubwright.running("verify", f"--image={name}", "--like=jupyterlab", "--json", "--keep") as run:
            run.until_line("press Ctrl-C to end them")
            server = run.lines[-2].partition("jupyterlab: ")[2]
            answer = urllib3.request("GET", server, retries=False, timeout=60)
            run.process.send_signal(signal.SIGINT)
            code = run.end()
            assert nothing_is_left(client, run, hubwright), made_by(client, run)
    finally:
        engine.docker("image", "rm", "--force", name)
    assert (answer.status, b"jupyter-config-data" in answer.data) == (200, True)

    verdict = _verdicts(hubwright.printed.read_text())["jupyterlab"]
    assert verdict["variant"].rpartition("@")[2] == verdict["digest"]
    # The repository excuses what is writable in its own image; of another one nobody knows a reason.
    findings = [finding for trial in verdict["trials"] for finding in trial["findings"]]
    assert [each["where"] for each in findings] == ["hubwright/every/test_files.py::test_no_world_writable_paths"]
    assert [trial["name"] for trial in verdict["trials"] if not trial["passed"]] == ["contract"]
    assert code == 13
    assert f"{name} was not built here, so its contract does not have everything:\n  locked is not asked" in run.said


def test_an_image_by_its_digest_under_the_hubs_of_two_charts(hubwright: Command, tiny: TinyImages) -> None:
    ref = tiny.build('CMD ["sh", "-c", "echo out of luck; exit 3"]')
    digest = DockerClient(engine=tiny.engine).docker("image", "inspect", "--format={{.Id}}", ref)
    done = hubwright("verify", f"--image={digest}", "--chart=3.3.8", "--chart=4.4.0", "--chart=3.3.8", "--json")
    verdicts = _verdicts(done.stdout)
    assert list(verdicts) == ["jupyterlab under 3.3.8", "jupyterlab under 4.4.0"], done.stderr
    for verdict in verdicts.values():
        assert verdict["digest"] == digest
        assert verdict["reason"].startswith("start: expected a single-user server that answers within")
    assert done.returncode == 13
    assert "the container ended with exit code 3; its last lines:\n              out of luck" in done.stderr
    assert sorted(path.name for path in hubwright.out.iterdir()) == ["3.3.8", "4.4.0", "run.json"]


def test_an_image_that_is_nowhere_is_no_verdict(hubwright: Command) -> None:
    done = hubwright("verify", "--image=localhost:9/no/such/image:1")
    assert (done.returncode, done.stdout) == (52, "")
    assert "localhost:9/no/such/image:1 is not on the engine and could not be pulled, so nothing is" in done.stderr
