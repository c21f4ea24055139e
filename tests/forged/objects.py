"""What bundles are attached with, and what is no such thing."""

from fakes.content import EMPTY_TYPE
from forged.making import OTHER, Row, as_written, changed, layers, without
from hubwright.proof.decide import Answer
from hubwright.registries.interface import DOCKER_MANIFEST, OCI_INDEX


def manifests() -> tuple[Row, ...]:
    layer = "exactly one layer"
    absent = Answer.ABSENT
    return (
        Row(
            name="another artifact type",
            bundle=as_written,
            manifest=changed(artifactType="application/vnd.cyclonedx+json"),
            answer=absent,
            why="vnd.cyclonedx",
        ),
        Row(
            name="no artifact type",
            bundle=as_written,
            manifest=without("artifactType"),
            answer=absent,
            why="it is a None",
        ),
        Row(
            name="a manifest about another image",
            bundle=as_written,
            manifest=lambda _, m: {**m, "subject": {**m["subject"], "digest": f"sha256:{OTHER}"}},
            why="its manifest is about",
        ),
        Row(
            name="a manifest about nothing",
            bundle=as_written,
            manifest=without("subject"),
            why="does not say what it is about",
        ),
        Row(
            name="a manifest about something unnamed",
            bundle=as_written,
            manifest=lambda _, m: {**m, "subject": {"size": 1}},
            why="does not say",
        ),
        Row(
            name="an index",
            taken=False,
            bundle=as_written,
            manifest=changed(mediaType=OCI_INDEX),
            answer=absent,
            why="it is no",
        ),
        Row(
            name="Docker's manifest",
            bundle=as_written,
            manifest=changed(mediaType=DOCKER_MANIFEST),
            answer=absent,
            why="it is no",
        ),
        Row(
            name="a manifest that does not say what it is",
            bundle=as_written,
            manifest=without("subject", "artifactType"),
            answer=absent,
            why="vnd.oci.empty",
        ),
        Row(
            name="a manifest without anything",
            bundle=as_written,
            taken=False,
            manifest=without("subject", "artifactType", "config"),
            answer=absent,
            why="it is a None",
        ),
        Row(name="two layers", bundle=as_written, manifest=layers(lambda layers: layers.append(layers[0])), why=layer),
        Row(name="no layer", bundle=as_written, manifest=layers(list.clear), why=layer),
        Row(
            name="a layer of another type",
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].update(mediaType=EMPTY_TYPE)),
            why=layer,
        ),
        Row(
            name="a layer without a digest",
            taken=False,
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].pop("digest")),
            why=layer,
        ),
        Row(
            name="a layer whose digest is none",
            taken=False,
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].update(digest="sha256:../x")),
            why=layer,
        ),
        Row(
            name="a layer of less than nothing",
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].update(size=-1)),
            why=layer,
        ),
        Row(
            name="a layer of another size",
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].update(size=1)),
            why="another hash than",
        ),
        Row(
            name="a layer that says it is huge",
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].update(size=2**40)),
            why="at most 262,144",
        ),
        Row(
            name="a layer of another content",
            taken=False,
            bundle=as_written,
            manifest=layers(lambda layers: layers[0].update(digest=f"sha256:{OTHER}")),
            why="another hash than",
        ),
        Row(
            name="a manifest beyond the limit",
            bundle=as_written,
            manifest=changed(annotations={"x": "x" * 2**17}),
            why="at most 65,536",
        ),
    )
