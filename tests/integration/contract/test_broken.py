"""Images that are broken in one way each, and named so by the one check that is meant for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.contract_bench import Bench
from hubwright.verdicts import Trial

_PACKAGES = "/opt/venv/lib/python3.13/site-packages"
_USER = "USER 1000:100"
_WAITS = """\
RUN printf '#!/bin/bash\\n"$@"\\n' > /usr/local/bin/waits && chmod 0755 /usr/local/bin/waits
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/start.sh", "waits"]
CMD ["start-notebook.sh"]
USER 1000:100"""
_REFUSES = """\
RUN printf '#!/bin/bash\\n[ "$1" != python3 ] || { echo no luck >&2; exit 125; }\\n' > /usr/local/bin/refuses
RUN echo 'exec "$@"' >> /usr/local/bin/refuses && chmod 0755 /usr/local/bin/refuses
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/start.sh", "refuses"]
CMD ["start-notebook.sh"]
USER 1000:100"""
_UNRESOLVED = """\
RUN sed 's/libc\\.so\\.6/libq.so.6/g' "$(find /opt/venv -name '_psutil_linux*.so')" > /opt/broken.so
RUN chmod 0755 /opt/broken.so
USER 1000:100"""
_STRAY = f"""\
RUN install -d {_PACKAGES}/stray-1.0.dist-info
RUN printf 'Metadata-Version: 2.1\\nName: stray\\nVersion: 1.0\\n' > {_PACKAGES}/stray-1.0.dist-info/METADATA
USER 1000:100"""

# What breaks the image, the check that says so, and a word of what it saw.
BROKEN = {
    "the home is root's": (
        f"RUN chown root:root /home/jovyan && chmod 0755 /home/jovyan\n{_USER}",
        "every/test_user.py::test_home_of_the_image_can_be_written",
        '"group 0": false',
    ),
    "a kernel lives in the home": (
        "RUN install -D -m 0644 /dev/null /home/jovyan/.local/share/jupyter/kernels/own/kernel.json\n" + _USER,
        "every/test_user.py::test_nothing_lives_in_the_home",
        "/home/jovyan/.local/share/jupyter/kernels/own/kernel.json",
    ),
    "the user is root": (
        "USER 0:0",
        "every/test_user.py::test_user_is_a_number_and_not_root",
        '"root": true',
    ),
    "the user has a name only": (
        "USER jovyan",
        "every/test_user.py::test_user_is_a_number_and_not_root",
        '"number": false',
    ),
    "the server is root's": (
        f"RUN chmod 0700 /opt/venv/bin/jupyter-lab /opt/venv/bin/jupyter\n{_USER}",
        "every/test_server.py::test_server_answers_below_a_prefix_to_anyone",
        "the container ended",
    ),
    "the server ignores its prefix": (
        f'{_USER}\nCMD ["jupyter", "lab", "--no-browser", "--ServerApp.port=8888"]',
        "every/test_server.py::test_server_answers_below_a_prefix_to_anyone",
        "404",
    ),
    "the entry point swallows its arguments": (
        f'{_USER}\nENTRYPOINT ["/usr/bin/tini", "-g", "--", "/usr/local/bin/start.sh", "start-notebook.sh"]',
        "every/test_entry_point.py::test_entry_point_becomes_its_arguments",
        "never ran",
    ),
    "the entry point ends as an engine does that refuses": (
        _REFUSES,
        "every/test_entry_point.py::test_entry_point_becomes_its_arguments",
        "never ran (exit code 125): no luck",
    ),
    "the user's group is not in the image": (
        "USER 1000:nosuch",
        "every/test_entry_point.py::test_entry_point_becomes_its_arguments",
        "unable to find group nosuch",
    ),
    "Python prints something of its own": (
        f"RUN echo 'import sys; print(41 + 1)' > {_PACKAGES}/prints.pth\n{_USER}",
        "every/test_python.py::test_python_prints_nothing_of_its_own",
        "42",
    ),
    "a shell waits for the command": (
        _WAITS,
        "every/test_entry_point.py::test_signal_reaches_the_command",
        '"between": 1',
    ),
    "a program runs with root's rights": (
        f"RUN chmod u+s /usr/bin/less\n{_USER}",
        "every/test_files.py::test_no_setuid_programs",
        "/usr/bin/less",
    ),
    "anybody may change the programs": (
        f"RUN chmod 0777 /usr/local/bin\n{_USER}",
        "every/test_files.py::test_no_world_writable_paths",
        "/usr/local/bin",
    ),
    "a library is not there": (
        _UNRESOLVED,
        "every/test_libraries.py::test_libraries_resolve",
        '"libq.so.6": ["/opt/broken.so"]',
    ),
    "the image brings a driver": (
        f"RUN install -m 0644 /dev/null /usr/lib/libcuda.so.1\n{_USER}",
        "every/test_libraries.py::test_no_driver_of_its_own",
        "/usr/lib/libcuda.so.1",
    ),
    "every GPU of the node is shown": (
        f"ENV NVIDIA_VISIBLE_DEVICES=all\n{_USER}",
        "every/test_libraries.py::test_no_devices_chosen_by_the_image",
        "NVIDIA_VISIBLE_DEVICES",
    ),
    "the image says how many cores are taken": (
        f"ENV NEURON_RT_NUM_CORES=2\n{_USER}",
        "every/test_libraries.py::test_no_devices_chosen_by_the_image",
        "NEURON_RT_NUM_CORES",
    ),
    "a package has another version": (
        f"RUN sed -i 's/^Version: .*/Version: 0.0.1/' {_PACKAGES}/fqdn-*.dist-info/METADATA\n{_USER}",
        "locked/test_versions.py::test_python_packages_are_the_locked_ones",
        "installed 0.0.1",
    ),
    "a package is not locked": (
        _STRAY,
        "locked/test_versions.py::test_python_packages_are_the_locked_ones",
        '"stray": "not locked, installed 1.0"',
    ),
    "a Debian package has another version": (
        f"RUN sed -i '/^Package: less$/,/^Version:/s/^Version: .*/Version: 1-1/' /var/lib/dpkg/status\n{_USER}",
        "locked/test_versions.py::test_debian_packages_are_the_locked_ones",
        "installed 1-1",
    ),
    "a package is a stand-in": (
        f"RUN printf 'raise ImportError(\"WRONG PACKAGE\")\\n' > {_PACKAGES}/fqdn/__init__.py\n{_USER}",
        "every/test_python.py::test_no_placeholder_packages",
        "fqdn",
    ),
    "a cache stays behind": (
        f"RUN install -d /root/.cache/pip && printf x > /root/.cache/pip/wheel\n{_USER}",
        "every/test_files.py::test_no_caches",
        "/root/.cache/pip/wheel",
    ),
    "the shell is root's": (
        f"RUN chmod 0700 /usr/bin/dash\n{_USER}",
        "every/test_files.py::test_anybody_may_run_the_shell",
        "Permission denied",
    ),
    "the shell cannot be read": (
        f"RUN chmod 0711 /usr/bin/dash\n{_USER}",
        "every/test_files.py::test_anybody_may_run_the_shell",
        "Permission denied",
    ),
    "there is no Python": (
        f"RUN rm -f /opt/venv/bin/python* /usr/bin/python3*\n{_USER}",
        "every/test_python.py::test_python_runs",
        "127",
    ),
    "the hub's start script is missing": (
        f"RUN rm /usr/local/bin/start-singleuser.sh\n{_USER}",
        "every/test_python.py::test_programs_of_the_hub_are_on_path",
        "start-singleuser.sh",
    ),
}


@pytest.mark.parametrize("lines, check, seen", BROKEN.values(), ids=BROKEN)
def test_a_broken_image_is_named_by_the_check_for_it(
    broken: Callable[[str], Trial], lines: str, check: str, seen: str
) -> None:
    trial = broken(lines)
    assert [finding.where for finding in trial.findings] == [f"hubwright/{check}"]
    (finding,) = trial.findings
    assert seen in finding.seen + finding.advice
    assert not trial.passed


def test_what_the_repository_asks_is_asked_of_the_image(broken: Callable[[str], Trial]) -> None:
    trial = broken(f"RUN /opt/venv/bin/python -m compileall -q -f {_PACKAGES}/fqdn\n{_USER}")
    (finding,) = trial.findings
    assert finding.where == "tests/contract/base/test_base.py::test_bytecode_holds_for_any_file_time"
    assert f"{_PACKAGES}/fqdn/__pycache__" in finding.seen
    assert "Install with PYC_INVALIDATION_MODE=UNCHECKED_HASH." in finding.advice


def test_the_parent_is_blamed_for_what_it_brought(bench: Bench, tmp_path: Path) -> None:
    lines = f"RUN chmod u+s /usr/bin/less\n{_USER}"
    with bench.built(tmp_path, lines) as parent:
        with bench.container(parent) as container:
            trial = bench.check(bench.subject(container, parent=parent))
        assert trial.findings == ()


def test_a_shell_that_waits_in_the_users_container_is_found(bench: Bench) -> None:
    waiting = ("bash", "-c", "sleep infinity; true")
    with bench.container(bench.base_image, *waiting, entrypoint=None) as container:
        trial = bench.check(bench.subject(container))
    (finding,) = trial.findings
    assert finding.where == "hubwright/every/test_entry_point.py::test_no_shell_waits_for_the_server"
    assert "bash (process " in finding.seen


def test_an_image_for_gpus_has_to_ask_for_the_driver(bench: Bench) -> None:
    with bench.container(bench.base_image) as container:
        trial = bench.check(bench.subject(container, accelerators=("nvidia",)))
    (finding,) = trial.findings
    assert finding.where == "hubwright/nvidia/test_nvidia.py::test_driver_capabilities_are_asked_for"
    assert finding.seen == '["compute", "utility"]'


def test_the_user_has_to_be_the_profiles(bench: Bench) -> None:
    with bench.container(bench.base_image) as container:
        trial = bench.check(bench.subject(container, uid=1001))
    (finding,) = trial.findings
    assert finding.where == "hubwright/every/test_user.py::test_everything_runs_as_the_profile_says"
    assert (finding.expected, finding.seen) == ("[[1001, 100]]", "[[1000, 100]]")


def test_the_user_has_to_find_python(bench: Bench) -> None:
    with bench.container(bench.base_image, path="/opt/nowhere") as container:
        trial = bench.check(bench.subject(container))
    (finding,) = trial.findings
    assert finding.where == "hubwright/every/test_user.py::test_the_user_can_run_python"
    assert "not found" in finding.advice
