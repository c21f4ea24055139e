from collections.abc import Mapping
from pathlib import Path

import click

from hubwright.cli.destination import registry_option
from hubwright.cli.folders import put
from hubwright.cli.lookback import look_back_at
from hubwright.cli.options import matrix_option
from hubwright.cli.today import today
from hubwright.emit.rollback import known_images, named_image, previous_image
from hubwright.errors import SelectionError, UsageError
from hubwright.offering import PINS_FILE, Pin
from hubwright.pins import why_no_reason, write_pins
from hubwright.pipeline.pinning import load_pins
from hubwright.tree import DiskTree
from hubwright.words import did_you_mean, escape, short_digest

_NEXT = f"`hubwright emit` writes what that changes for the hub; commit {PINS_FILE} with it."


@click.command("rollback")
@matrix_option
@registry_option
@click.option("--to", "digest", metavar="DIGEST", help="Which image, or the first twelve digits of it or more.")
@click.option("--because", metavar="TEXT", help="Why, for whoever wonders about it.")
@click.option("--undo", is_flag=True, help="Take the decision back: the profile is offered by the rules again.")
@click.argument("profile")
def command(
    *, matrix_file: Path, registry: str, digest: str | None, because: str | None, undo: bool, profile: str
) -> None:
    r"""Offer a profile with an earlier image, until that is taken back.

    The decision is written to pins.yaml beside the matrix. Only an image that is proven for the profile is taken;
    without --to it is the newest that is older than the one offered now, so that each run goes one back.

    \b
    Examples:
      hubwright rollback data-science --because 'training is slow since yesterday'
      hubwright rollback data-science --to sha256:2a6237ec9bf7
      hubwright rollback data-science --undo
    """
    if undo:
        if digest or because:
            msg = "--undo takes a decision back; leave --to and --because out"
            raise UsageError(msg)
        _undo(matrix_file, profile)
    else:
        _pin(matrix_file, profile, registry, digest=digest, because=because)


def _pin(matrix_file: Path, slug: str, registry: str, *, digest: str | None, because: str | None) -> None:
    because = f"rolled back on {today()}" if because is None else because
    if wrong := why_no_reason(because):
        msg = f"--because: {wrong}"
        raise UsageError(msg)
    past = look_back_at(matrix_file, slug, registry)
    known = known_images(past.profile, past.evidence())
    image = named_image(past.profile, known, digest) if digest else previous_image(past.entry(past.pin), known)
    pin = Pin(digest=image.digest, because=because)
    _write(past.root, {**past.pins, slug: pin})
    click.echo(f"{slug} is pinned to {short_digest(image.digest)}, which was proven last on {image.on[:10]}: {because}")
    if withheld := past.entry(pin).withheld:
        told = "".join(f"\n  {each.offer.name}: {each.reason}" for each in withheld)
        click.echo(f"Withheld by that:{told}")
    click.echo(f"{_NEXT}\n`hubwright rollback {slug} --undo` takes it back.")


def _undo(matrix_file: Path, slug: str) -> None:
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        pins = load_pins(tree)
    if slug not in pins:
        msg = f"{escape(slug)} is not pinned, so there is nothing to take back.{did_you_mean(slug, pins)}"
        raise SelectionError(msg)
    _write(root, {name: pin for name, pin in pins.items() if name != slug})
    click.echo(f"{slug} is offered by the rules again. {_NEXT}")


def _write(root: Path, pins: Mapping[str, Pin]) -> None:
    put(root, {PINS_FILE: write_pins(pins)}, "the list of pins")
