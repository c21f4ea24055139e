"""The embedded engine: dockerd out of signed packages, for machines where no engine answers."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from hubwright.engines import daemon, lifecycle
from hubwright.engines.interface import Engine, Say
from hubwright.engines.places import Places, places_of
from hubwright.engines.programs import Programs, fetch_programs, require_distribution
from hubwright.engines.record import Record, read_record
from hubwright.errors import EngineStopError, EngineUnreachableError, NoEngineError
from hubwright.frozen import dataclass
from hubwright.locking import locked

_APPARMOR = Path("/sys/kernel/security/apparmor")


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedEngine:
    """One engine for each cache folder; runs that share the folder share the engine.

    `uid` is who runs this program, `etc` where it says what the machine is. Whatever changes something holds a
    lock between processes, and works from any state that a killed engine or a killed run left behind.
    """

    cache: Path
    environment: Mapping[str, str]
    uid: int
    etc: Path = Path("/etc")

    @property
    def places(self) -> Places:
        return places_of(self.cache)

    def find(self) -> Engine | None:
        if not daemon.processes(self.places):
            return None
        record = self.record()
        if record is None or not daemon.answering(self.places):
            hint = "`hubwright engine start` starts it anew" if self.uid == 0 else "only root may use it"
            msg = f"the embedded engine runs and does not answer at {self.places.socket}: {hint}"
            raise EngineUnreachableError(msg)
        return _engine(self.places, record)

    def require_machine(self) -> None:
        """Raise NoEngineError where this machine, or this user, cannot have one set up; nothing is started."""
        if self.uid != 0:
            msg = (
                "no Docker engine answers, and setting one up on this machine needs root. Start a Docker engine, name "
                "one in DOCKER_HOST, or run this as root"
            )
            raise NoEngineError(msg)
        require_distribution(self.etc)

    def ensure(self, say: Say) -> Engine:
        self.require_machine()
        with locked(self.places.lock):
            record = self._running(say) or lifecycle.set_up(self.places, self._fetch, start=self._launch, say=say)
            return _engine(self.places, record)

    def stop(self, say: Say) -> bool:
        """End the engine and undo what it changed on the machine; return whether there was anything to end.

        Images and build caches stay, for the next start.
        """
        self._require_root("stopping")
        with locked(self.places.lock):
            return self._stop(say)

    def remove(self, say: Say) -> bool:
        """Stop the engine and delete its images, caches and unpacked packages; return whether there were any."""
        self._require_root("removing")
        with locked(self.places.lock):
            stopped = self._stop(say)
            if not self.places.home.exists():
                return stopped
            say(f"deleting {self.places.home}")
            try:
                shutil.rmtree(self.places.home)
            except OSError as error:
                msg = f"cannot delete {self.places.home}: {error}"
                raise EngineStopError(msg) from error
            return True

    def changes(self) -> tuple[str, ...]:
        """Return what is different on the machine because the engine is up, in words; nothing if it is not."""
        record = self.record()
        return lifecycle.describe(self.places, record, apparmor=_APPARMOR.exists()) if record else ()

    def record(self) -> Record | None:
        """Return what the last start noted; None where nothing was, or where only root may read it."""
        try:
            return read_record(self.places.record)
        except PermissionError:
            return None

    def _running(self, say: Say) -> Record | None:
        """Return the record of an engine that can be used as it is; one that cannot is killed."""
        if not daemon.processes(self.places):
            if self.places.log.exists():
                say(f"the embedded engine has ended by itself. The end of its log:\n{daemon.log_tail(self.places)}")
            return None
        record = self.record()
        if record and daemon.recovers(self.places, say):
            lifecycle.connect(self.places, record)
            return record
        say(
            "the embedded engine runs and does not answer: killing it and starting anew. The end of its log:\n"
            + daemon.log_tail(self.places)
        )
        daemon.kill(self.places)
        return None

    def _stop(self, say: Say) -> bool:
        running = bool(daemon.processes(self.places))
        if running:
            say("stopping the engine and its containers")
            record = self.record()
            daemon.stop(self.places, record.docker if record else "docker")
        return lifecycle.clear(self.places, self._fetch) or running

    def _fetch(self) -> Programs:
        return fetch_programs(self.places.home, environment=self.environment, etc=self.etc)

    def _launch(self, programs: Programs) -> None:
        daemon.start(self.places, programs, environment=self.environment)

    def _require_root(self, doing: str) -> None:
        if self.uid != 0:
            msg = f"{doing} the embedded engine needs root, as starting it did"
            raise EngineStopError(msg)


def _engine(places: Places, record: Record) -> Engine:
    address = f"unix://{places.socket}"
    # Empty values switch off what a user has set for another engine.
    others = dict.fromkeys(("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "BUILDX_BUILDER"), "")
    return Engine(
        name=f"embedded engine at {address}",
        address=address,
        environment={**others, "DOCKER_HOST": address, "BUILDX_CONFIG": str(places.buildx)},
        docker=record.docker,
        buildx=(record.buildx,),
        builder_pushes=True,
        data=places.data,
    )
