from dataclasses import replace

from hubwright.model import SharedDirectory, Span
from hubwright.rehearse.docker.devices import Devices
from hubwright.rehearse.docker.options import Start, spawn_options
from hubwright.rehearse.homes import Volume
from values import SHAPE

TEAM = SharedDirectory(name="team", path="/home/shared", claim="efs", read_only=True)
PLAIN = Start(
    ref="r.example/base@sha256:0",
    shape=SHAPE,
    home=Volume(name="home"),
    shared=(),
    devices=Devices(),
    command=None,
    working_dir=None,
)
LABELS = {"run": "1"}


def test_a_plain_shape_gets_its_user_its_home_and_no_privilege() -> None:
    options = spawn_options(PLAIN, LABELS, timeout_s=60)

    assert options["command"] is None
    settings = options["settings"]
    assert settings["image"] == "r.example/base@sha256:0"
    assert settings["http_timeout"] == 60
    assert settings["extra_create_kwargs"] == {"user": "1000:100", "labels": LABELS}
    host = settings["extra_host_config"]
    assert (host["group_add"], host["cap_drop"], host["security_opt"]) == (["100"], ["ALL"], ["no-new-privileges:true"])
    (home,) = host["mounts"]
    assert (home["Source"], home["Target"], home["Type"]) == ("home", "/home/jovyan", "volume")
    assert home["VolumeOptions"] == {"NoCopy": True}
    assert not {"mem_limit", "cpu_limit"} & set(settings)
    assert not {"cpu_shares", "mem_reservation", "devices", "device_requests"} & set(host)


def test_limits_are_those_of_the_pod() -> None:
    shape = replace(SHAPE, cpu=Span(guarantee=1, limit=64000), memory=Span(guarantee=1 << 30, limit=1 << 31))
    settings = spawn_options(replace(PLAIN, shape=shape), LABELS, timeout_s=60)["settings"]

    assert (settings["cpu_guarantee"], settings["cpu_limit"]) == (0.001, 64.0)
    assert (settings["mem_guarantee"], settings["mem_limit"]) == (1 << 30, 1 << 31)
    host = settings["extra_host_config"]
    assert (host["cpu_period"], host["cpu_shares"]) == (100_000, 2)
    assert (host["mem_reservation"], host["memswap_limit"]) == (1 << 30, 1 << 31)


def test_shared_directories_commands_and_devices_are_handed_on() -> None:
    start = replace(
        PLAIN,
        shape=replace(SHAPE, environment={"A": "b"}),
        home=Volume(name="home", read_only=True),
        shared=((TEAM, Volume(name="team")),),
        devices=Devices(requests=({"Count": 1},), paths=("/dev/neuron0",), environment=(("CORES", "0-1"),)),
        command=("start-singleuser.sh",),
        working_dir="/srv",
    )
    options = spawn_options(start, LABELS, timeout_s=60)

    assert options["command"] == ["start-singleuser.sh"]
    settings = options["settings"]
    assert settings["environment"] == {"A": "b", "CORES": "0-1"}
    assert settings["extra_create_kwargs"]["working_dir"] == "/srv"
    host = settings["extra_host_config"]
    assert [(each["Target"], each["ReadOnly"]) for each in host["mounts"]] == [
        ("/home/jovyan", True),
        ("/home/shared", True),
    ]
    assert host["device_requests"] == [{"Count": 1}]
    assert host["devices"] == ["/dev/neuron0:/dev/neuron0:rw"]


def test_whoever_opens_a_server_in_a_browser_may_bring_the_token_in_its_address() -> None:
    told = [
        spawn_options(replace(PLAIN, opened_by_people=opened), LABELS, timeout_s=60)["settings"]["environment"]
        for opened in (False, True)
    ]
    assert told == [{}, {"JUPYTERHUB_ALLOW_TOKEN_IN_URL": "1"}]
