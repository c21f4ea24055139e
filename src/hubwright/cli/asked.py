"""What the registry has of the matrix, for the commands that build nothing."""

import os
import time

from hubwright.pipeline.asking import ask_registry
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.planning import Prepared
from hubwright.planned import Plan
from hubwright.sources import addresses


def plan_now(prepared: Prepared, destination: Destination) -> Plan:
    """Return the plan of this moment; a source counts as there where its address is known here."""
    known = addresses(prepared.matrix.sources.values(), os.environ)
    return ask_registry(prepared, destination, addresses=known, clock=time.monotonic)
