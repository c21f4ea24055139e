"""A night as there may be one, told in full: for tests of pages, and for the picture of one."""

from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from accounts import COMMON, digest, history, image, nothing, offered, shown, start, trial
from hubwright.account import (
    Account,
    Became,
    Excerpt,
    ImageAccount,
    ImageChange,
    Moment,
    PackageMove,
    PackageSize,
    StartAccount,
    Stretch,
    TrialAccount,
    Wrong,
)
from hubwright.offering import Basis
from hubwright.planned import Layer
from hubwright.verdicts import Standing


def _packages(below: tuple[PackageSize, ...] = (), **kinds: dict[str, int]) -> tuple[PackageSize, ...]:
    """Return what packages take, with those of the image below, the largest first."""
    own = (
        PackageSize(kind=kind, name=name, size=size) for kind, sizes in kinds.items() for name, size in sizes.items()
    )
    return tuple(sorted((*below, *own), key=lambda each: -each.size))


_DEVICES = (*COMMON[:6], "devices-nvidia", *COMMON[6:])
_BASE = (
    Layer(digest=digest("root"), size=31_000_000, made_by="foundation trixie"),
    Layer(digest=digest("apt"), size=38_500_000, made_by="RUN apt-get install -y $(cat apt.lock)"),
    Layer(digest=digest("pip"), size=73_500_000, made_by="RUN uv pip install --require-hashes -r requirements.lock"),
)
_SPARK = (
    *_BASE,
    Layer(digest=digest("jre"), size=96_000_000, made_by="RUN apt-get install -y openjdk-21-jre-headless"),
    Layer(digest=digest("spark"), size=512_000_000, made_by="RUN uv pip install pyspark==4.1.1"),
)
_CUDA = (
    *_BASE,
    Layer(
        digest=digest("torch"), size=3_499_000_000, made_by="RUN uv pip install --require-hashes -r requirements.lock"
    ),
)
_BASE_PACKAGES = _packages(
    python={"numpy": 68_400_000, "jupyterlab": 41_200_000, "pandas": 63_900_000, "jupyterhub": 9_700_000},
    debian={"git": 43_900_000, "libperl5.40": 29_800_000, "python3.13-minimal": 9_400_000},
    other={"/opt/venv": 1_900_000},
)
_MOVES = (
    PackageMove(kind="python", name="jupyterlab", before="4.4.9", after="4.5.0"),
    PackageMove(kind="python", name="jupyter-server", before="2.17.0", after="2.18.1"),
    PackageMove(kind="python", name="numpy", before="2.3.5", after="2.4.0"),
    PackageMove(kind="python", name="jupyter-builder", before="", after="1.0.2"),
    PackageMove(kind="debian", name="libssl3t64", before="3.5.1-1", after="3.5.4-1~deb13u1"),
    PackageMove(kind="debian", name="libexpat1", before="2.7.1-2", after="2.7.3-1"),
    PackageMove(kind="debian", name="libtinfo5", before="6.4-4", after=""),
)
_TRACEBACK = """\
\x1b[31m---------------------------------------------------------------------------\x1b[39m
\x1b[31mRuntimeError\x1b[39m                              Traceback (most recent call last)
\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[4]\x1b[39m\x1b[32m, line 3\x1b[39m
      1 a = torch.ones(512, 512, device="cuda")
      2 before = torch.cuda.memory_allocated()
----> 3 show("product on the device", expected=512.0, seen=float((a @ a)[0, 0]))

\x1b[31mRuntimeError\x1b[39m: CUDA error: no kernel image is available for execution on the device"""


def night() -> Account:
    """Return a night in which most went well: Spark moved, PyTorch broke, one vendor's index was silent."""
    return replace(
        nothing(),
        command="hubwright build --strict",
        began_on="2026-01-31T02:31:02Z",
        emitted=True,
        images=_night_images(),
        starts=_night_starts(),
        stretches=STRETCHES,
        wrong=("pytorch-gpu failed; 1 image is withheld",),
    )


def _night_images() -> tuple[ImageAccount, ...]:
    return (
        image("base", layers=_BASE, packages=_BASE_PACKAGES, change=_change("base", 139_200_000, _MOVES)),
        image(
            "pyspark-spark4.1.1",
            "base",
            size=751_000_000,
            layers=_SPARK,
            packages=_packages(_BASE_PACKAGES, python={"pyspark": 478_000_000}, debian={"openjdk-21": 205_600_000}),
            change=_change("pyspark", 749_000_000, _MOVES),
        ),
        image(
            "cuda",
            "base",
            size=3_642_000_000,
            layers=_CUDA,
            packages=_packages(
                _BASE_PACKAGES, python={"torch": 1_912_000_000, "nvidia-cudnn": 1_043_000_000, "triton": 541_000_000}
            ),
            change=_change("cuda", 3_402_000_000, (*_MOVES, _TORCH)),
        ),
        image("neuron", "base", became=Became.WITHHELD, reason=_SILENT, digest=None, size=None),
    )


def _night_starts() -> tuple[StartAccount, ...]:
    used = trial("devices-nvidia", hardware=True, seconds=8.2)
    gpu_trials = tuple(_broken() if name == "devices-nvidia" else trial(name) for name in _DEVICES)
    lab_trials = tuple(
        trial(name, notebook=f"rehearsals/lab/{name}.ipynb" if name in COMMON[2:6] else "") for name in COMMON
    )
    good, bad, soft = Standing.PROVEN, Standing.FAILED, Standing.WITHOUT_HARDWARE
    return (
        start(
            "lab",
            "base",
            display_name="JupyterLab",
            trials=lab_trials,
            offered=offered("base", before=digest("base of yesterday")),
            history=history(good, good, good, good, bad, good, good, good, failed=("kernels",)),
        ),
        _spark("small", shape="2 cpu, 8G"),
        _spark("large", shape="8 cpu, 32G", rehearsed=False, trials=()),
        start(
            "pytorch-gpu",
            "cuda",
            display_name="PyTorch (1 GPU)",
            standing=bad,
            reason="devices-nvidia, cell 4: expected a matrix product on the GPU",
            planned=_DEVICES,
            trials=gpu_trials,
            offered=offered(
                "cuda of last week", Basis.LAST_GOOD, reason="today's image failed", since="2026-01-22T02:40:00Z"
            ),
            history=history(good, good, good, soft, good, bad, bad, size=3_300_000_000),
            shape="4 cpu, 16G, 1 nvidia.com/gpu",
        ),
        start(
            "gpu-shared",
            "cuda",
            display_name="Small GPU (shared)",
            planned=_DEVICES,
            trials=tuple(used if name == "devices-nvidia" else trial(name) for name in _DEVICES),
            offered=offered("cuda", hardware=True, before=digest("cuda of last week")),
            history=history(soft, soft, good, good, size=3_300_000_000),
            shape="2 cpu, 8G, 1 nvidia.com/mig-1g.5gb",
        ),
        start(
            "trainium",
            "neuron",
            display_name="Trainium",
            digest="",
            standing=Standing.NOT_TESTED,
            reason=f"its image is withheld: {_SILENT}",
            rehearsed=False,
            planned=(*COMMON[:6], "devices-neuron", *COMMON[6:]),
            trials=(),
            offered=None,
            withheld=f"its image is withheld: {_SILENT}",
            shape="8 cpu, 32G, 1 aws.amazon.com/neuroncore",
        ),
    )


def _broken() -> TrialAccount:
    """Return what the GPU image was seen to do."""
    return trial(
        "devices-nvidia",
        passed=False,
        hardware=True,
        evidence=(shown("devices that the shape asks for", 1, "devices-nvidia, cell 2"),),
        findings=(
            Wrong(
                where="devices-nvidia, cell 4",
                expected="a matrix product on the GPU, seen as 512.0",
                seen="RuntimeError: CUDA error: no kernel image is available for execution on the device",
                advice="torch 2.10 has no kernels for this GPU (sm_70): pin torch below 2.10 in images/cuda, "
                "or move the profile to a newer GPU",
            ),
        ),
        notebook="rehearsals/pytorch-gpu/devices-nvidia.ipynb",
        excerpts=(
            Excerpt(
                cell=4,
                source='a = torch.ones(512, 512, device="cuda")\nbefore = torch.cuda.memory_allocated()\n'
                'show("product on the device", expected=512.0, seen=float((a @ a)[0, 0]))',
                output=_TRACEBACK,
            ),
        ),
    )


_SILENT = (
    "source neuron is unreachable: it has no address; "
    "set HUBWRIGHT_SOURCE_NEURON, or write `index:` under sources.neuron"
)
_TORCH = PackageMove(kind="python", name="torch", before="2.9.1", after="2.10.0")


def _change(variant: str, size_before: int, moved: tuple[PackageMove, ...]) -> ImageChange:
    return ImageChange(
        since=digest(f"{variant} of yesterday"),
        size_before=size_before,
        moved=moved,
        scanned=variant != "cuda",
        fixed=("CVE-2025-9230", "CVE-2025-59375") if variant != "cuda" else (),
        appeared=("CVE-2026-0117",) if variant == "pyspark" else (),
    )


def _spark(size: str, **changes: Any) -> StartAccount:
    variant, good = "pyspark-spark4.1.1", Standing.PROVEN
    return start(
        f"spark[size={size}]",
        variant,
        display_name="Data engineering (Spark 4.1)",
        choice=size.title(),
        planned=(*COMMON[:6], "spark-local", "spark-submit", *COMMON[6:]),
        offered=offered(variant, before=digest("spark of yesterday")),
        history=history(good, good, good, good, good, size=742_000_000),
        **changes,
    )


def _stretch(name: str, kind: str, waited_for: str, times: tuple[float, float, float], outcome: str) -> Stretch:
    ready, began, ended = times
    moments = (Moment(at_s=began, doing="begins"), Moment(at_s=ended, doing=outcome))
    return Stretch(
        name=name,
        kind=kind,
        waited_for=waited_for,
        ready_s=ready,
        began_s=began,
        ended_s=ended,
        outcome=outcome,
        moments=moments,
    )


STRETCHES = (
    _stretch("base", "image", "", (0.4, 0.4, 55.1), "built"),
    _stretch("pyspark-spark4.1.1", "image", "base", (55.1, 55.2, 117.4), "built"),
    _stretch("cuda", "image", "base", (55.1, 55.2, 293.0), "built"),
    _stretch("lab", "start", "base", (55.1, 58.0, 112.9), "proven"),
    _stretch("spark[size=small]", "start", "pyspark-spark4.1.1", (117.4, 117.6, 217.3), "proven"),
    _stretch("gpu-shared", "start", "cuda", (293.0, 293.1, 459.0), "proven"),
    _stretch("pytorch-gpu", "start", "cuda", (293.0, 459.1, 607.8), "failed"),
)


def fine() -> Account:
    """Return the same night as it would have been if nothing had gone wrong."""
    whole = night()
    starts = [
        replace(
            each,
            standing=Standing.PROVEN,
            reason="",
            trials=tuple(trial(name) for name in each.planned),
            offered=offered(each.variant, before=digest(f"{each.variant} of yesterday")),
            withheld="",
        )
        for each in whole.starts[:5]
    ]
    return replace(whole, starts=tuple(starts), images=whole.images[:3], wrong=())


def large(images: int = 200, checks: int = 20) -> Account:
    """Return a run of many images, each of them started and checked many times, with a failure here and there."""
    names = tuple(f"check-{number:02d}" for number in range(checks))
    return replace(
        night(),
        images=tuple(
            image(f"image-{n:03d}", layers=_CUDA, packages=_LARGE, change=_change("base", 139_000_000, _MOVES * 4))
            for n in range(images)
        ),
        starts=tuple(
            start(
                f"profile-{n:03d}",
                f"image-{n:03d}",
                planned=names,
                trials=tuple(_many(name, n, place) for place, name in enumerate(names)),
                standing=Standing.FAILED if _is_bad(n) else Standing.PROVEN,
                offered=offered(f"image-{n:03d} of last week", Basis.LAST_GOOD)
                if _is_bad(n)
                else offered(f"image-{n:03d}"),
                history=history(*[Standing.PROVEN] * 10),
            )
            for n in range(images)
        ),
        stretches=tuple(
            _stretch(f"image-{n:03d}", kind, "", (0, n * 2.0, n * 2.0 + 30), "built")
            for n in range(images)
            for kind in ("image", "start")
        ),
    )


# As many as the shipped GPU image has.
_LARGE = _packages(
    debian={f"lib{n}": 9_000_000 // (n + 1) for n in range(170)},
    python={f"py{n}": 9_500_000 // (n + 1) for n in range(130)},
)


def _is_bad(n: int) -> bool:
    return n % 25 == 7


def _many(name: str, n: int, place: int) -> TrialAccount:
    evidence = tuple(
        shown(f"check {each} of image {n}", {"version": f"{each}.{n}"}, f"{name}, cell {each}") for each in range(6)
    )
    failed = _is_bad(n) and place == 1
    wrong = Wrong(where=f"{name}, cell 4", expected="12", seen=f"0 on image-{n}", advice="pin it")
    return trial(name, evidence=evidence, passed=not failed, findings=(wrong,) if failed else ())


POISON = (
    "</script></style></title><script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
    "\" onmouseover=\"document.title='owned'\" ' & \x1b[31mred\x1b[0m\x1b]0;owned\x07\x00\u202egnp.exe\u2066\ud800"
)


def poisoned(account: Account, poison: str = POISON) -> Account:
    """Return the account with the poison in every text of it, where what was there has no meaning of its own."""
    return _poisoned(account, poison)  # type: ignore[no-any-return] # an account stays one


def _poisoned(value: Any, poison: str) -> Any:
    match value:
        case StrEnum():
            return value
        case str():
            return f"{value}{poison}"
        case tuple():
            return tuple(_poisoned(each, poison) for each in value)
        case dict():
            return {key: _poisoned(each, poison) for key, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return type(value)(**{each.name: _poisoned(getattr(value, each.name), poison) for each in fields(value)})
        case _:
            return value
