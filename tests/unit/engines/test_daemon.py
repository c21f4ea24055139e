import json
from pathlib import Path

import pytest

from hubwright.engines import daemon
from hubwright.engines.places import HIDDEN_FOLDERS, Places, places_of
from hubwright.engines.programs import Programs
from hubwright.engines.record import Record
from hubwright.errors import EngineStopError


def test_the_configuration_names_nothing_of_another_engine(places: Places, programs: Programs, record: Record) -> None:
    settings = daemon.configuration(places, programs, record, mtu=1400, snapshotter="overlayfs")

    assert settings["hosts"] == [f"unix://{places.socket}"]
    assert settings["bridge"] == places.bridge
    assert settings["default-address-pools"] == [{"base": "10.200.64.0/18", "size": 24}]
    assert not any(settings[key] for key in ("iptables", "ip6tables", "ip-forward", "ip-masq"))
    assert settings["features"] == {"containerd-snapshotter": True}
    text = json.dumps(settings)
    assert all(foreign not in text for foreign in ("/var/", "docker0", "/etc/", "/run/docker"))


def test_every_network_has_packets_that_fit_the_way_out(places: Places, programs: Programs, record: Record) -> None:
    settings = daemon.configuration(places, programs, record, mtu=1400, snapshotter="overlayfs")

    assert settings["mtu"] == 1400
    assert settings["default-network-opts"] == {"bridge": {"com.docker.network.driver.mtu": "1400"}}


def test_all_processes_live_in_namespaces_that_end_with_the_first(places: Places, programs: Programs) -> None:
    argv = daemon.command_line(places, programs)

    assert argv[0] == "unshare"
    assert {"--mount", "--pid", "--fork", "--kill-child", "--mount-proc"} < set(argv)
    assert argv[-5:-2] == (str(programs.init), "--", str(programs.dockerd))
    assert all(str(folder) in argv for folder in HIDDEN_FOLDERS)


def test_the_daemon_gets_proxies_and_certificates_and_no_secrets(places: Places, programs: Programs) -> None:
    environment = {
        "https_proxy": "http://proxy.example:3128",
        "NO_PROXY": "localhost",
        "SSL_CERT_FILE": "/ca.pem",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "PATH": "/home/me/bin",
        "LD_LIBRARY_PATH": "/home/me/lib",
    }

    inside = daemon.daemon_environment(places, programs, environment)

    assert inside.keys() == {
        *("https_proxy", "NO_PROXY", "SSL_CERT_FILE"),
        *("PATH", "HOME", "LD_LIBRARY_PATH", "XTABLES_LIBDIR"),
    }
    assert inside["PATH"] == f"{places.programs}:/unpacked/usr/bin:/unpacked/usr/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert inside["XTABLES_LIBDIR"] == "/unpacked/lib/xtables:/unpacked/usr/lib/xtables"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    folder = tmp_path / "proc"
    (folder / "self").mkdir(parents=True)
    return folder


def put_process(proc: Path, pid: int, *argv: str) -> None:
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in argv))


def test_processes_of_the_engine_are_known_by_their_arguments(proc: Path, places: Places, programs: Programs) -> None:
    argv = daemon.command_line(places, programs)
    put_process(proc, 10, *argv)
    put_process(proc, 11, *argv[argv.index(str(programs.init)) :])
    put_process(proc, 12, *argv[argv.index(str(programs.dockerd)) :])

    assert sorted(daemon.processes(places, proc)) == [10, 11, 12]


def test_other_processes_are_not_taken_for_ours(proc: Path, places: Places, programs: Programs, tmp_path: Path) -> None:
    mark = f"--data-root={places.data}"
    put_process(proc, 20, "less", mark)
    put_process(proc, 21, *daemon.command_line(places_of(tmp_path / "other"), programs))
    put_process(proc, 22)
    put_process(proc, 23, str(programs.dockerd), mark + "x")
    (proc / "24").mkdir()

    assert daemon.processes(places, proc) == []


def test_the_end_of_the_log_is_shown(places: Places) -> None:
    assert daemon.log_tail(places) == "(empty)"
    places.run.mkdir(parents=True)
    places.log.write_text("".join(f"line {number}\n" for number in range(100)), encoding="utf-8")

    assert daemon.log_tail(places, 2) == "line 98\nline 99"


def test_processes_that_do_not_die_are_named(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "_KILL_S", 0)
    monkeypatch.setattr(daemon, "processes", lambda _: [2**31 - 1])

    with pytest.raises(EngineStopError, match=str(2**31 - 1)):
        daemon.kill(places)
