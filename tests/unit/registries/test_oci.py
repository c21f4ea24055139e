"""What the real registry of these tests cannot show: immutable tags, lists of referrers, passwords, and lies."""

import json

import pytest

from fakes.content import EMPTY, image_body, index_body, proof_body, push_image, push_proof
from fakes.registry import FakeRegistry
from fakes.registry_server import RegistryServer
from fakes.timing import FakeTime
from fakes.web import Answer, Broken, Reply, Request, serve
from hubwright.errors import ContentCorruptError, RegistryRefusedError, RegistryUnavailableError
from hubwright.registries.interface import (
    OCI_INDEX,
    OCI_MANIFEST,
    REFERRERS_LIMIT,
    TAGS_LIMIT,
    Credential,
    Descriptor,
    fallback_tag,
    sha256_digest,
)
from hubwright.registries.oci import Endpoint, OciRegistry

LAYER = b"a layer"
SUBJECT = "sha256:" + "a" * 64


class Vault:
    """Gives the password that was current when it was last told that one is refused."""

    def __init__(self, server: RegistryServer) -> None:
        self.server = server
        self.password = "before"
        self.refusals = 0

    def __call__(self, *, refused: bool) -> Credential:
        if refused:
            self.refusals += 1
            self.password = self.server.password or ""
        return Credential(username="AWS", password=self.password)


def client(host: str, vault: Vault | None = None) -> OciRegistry:
    return OciRegistry(Endpoint(host=host, deadline_s=10, credentials=vault), timing=FakeTime().timing())


def never_moves(_tag: str) -> bool:
    return True


def test_an_immutable_tag_that_holds_the_manifest_is_as_good_as_put() -> None:
    store = FakeRegistry(immutable=never_moves)
    with RegistryServer(store).serve() as server:
        registry = client(server.host)
        first = push_image(registry, "a", "one", LAYER)

        assert push_image(registry, "a", "one", LAYER) == first

    assert sum(request.method == "PUT" and "/manifests/" in request.path for request in server.requests) == 1


def test_an_immutable_tag_that_holds_another_manifest_names_it() -> None:
    with RegistryServer(FakeRegistry(immutable=never_moves)).serve() as server:
        registry = client(server.host)
        first = push_image(registry, "a", "one", b"first")

        with pytest.raises(RegistryRefusedError, match="TAG_INVALID") as caught:
            push_image(registry, "a", "one", b"second")

    assert caught.value.holds == first.digest


def test_a_rival_who_puts_the_same_first_changes_nothing() -> None:
    store = FakeRegistry(immutable=never_moves)
    plain = RegistryServer(store)

    def answer(request: Request) -> Reply:
        if request.method == "PUT" and "/manifests/" in request.path:
            store.put_manifest("a", "one", image_body(LAYER), OCI_MANIFEST)
        return plain.answer(request)

    with serve(answer) as server:
        registry = client(server.host)

        assert push_image(registry, "a", "one", LAYER) == registry.resolve("a", "one")


def test_a_rival_who_moves_the_tag_at_once_is_named() -> None:
    store = FakeRegistry()
    plain = RegistryServer(store)
    rival = push_image(store, "a", "rival", b"of a rival")

    def answer(request: Request) -> Reply:
        reply = plain.answer(request)
        if request.method == "PUT" and "/manifests/" in request.path:
            store.tags_held["a", "one"] = rival.digest
        return reply

    with serve(answer) as server, pytest.raises(RegistryRefusedError, match="another manifest stands there") as caught:
        push_image(client(server.host), "a", "one", LAYER)

    assert caught.value.holds == rival.digest


def test_a_manifest_that_is_accepted_and_not_there_is_no_success() -> None:
    plain = RegistryServer(FakeRegistry())

    def answer(request: Request) -> Reply:
        return Reply(status=201) if "/manifests/" in request.path and request.method == "PUT" else plain.answer(request)

    with serve(answer) as server, pytest.raises(RegistryUnavailableError, match="accepted, and is not there"):
        push_image(client(server.host), "a", "one", LAYER)


def test_a_blob_that_somebody_else_is_just_writing_is_waited_for() -> None:
    plain = RegistryServer(FakeRegistry())
    torn = [{"code": "DIGEST_INVALID", "message": "x"}, {"code": "MANIFEST_BLOB_UNKNOWN"}]
    left = [Reply(status=400, body=json.dumps({"errors": torn}).encode())]

    def answer(request: Request) -> Reply:
        if "/manifests/" in request.path and request.method == "PUT" and left:
            return left.pop()
        return plain.answer(request)

    with serve(answer) as server:
        registry = client(server.host)

        assert push_image(registry, "a", "one", LAYER) == registry.resolve("a", "one")


def test_a_subject_that_the_registry_lists_is_reported() -> None:
    with RegistryServer(FakeRegistry(lists_referrers=True)).serve() as server:
        registry = client(server.host)
        image = push_image(registry, "a", "one", LAYER)
        registry.push_blob("a", b"proof")
        body = proof_body(image, b"proof")

        assert registry.put_manifest("a", "proof", body, OCI_MANIFEST).subject_listed
        # Nothing is sent this time, so nothing is said.
        assert not registry.put_manifest("a", "proof", body, OCI_MANIFEST).subject_listed


def push_proofs(store: FakeRegistry, count: int) -> Descriptor:
    image = push_image(store, "a", "one", LAYER)
    for number in range(count):
        push_proof(store, "a", f"proof-{number}", image, b"%d" % number)
    return image


@pytest.mark.parametrize("count", [0, 1, 2, 3, REFERRERS_LIMIT])
def test_all_pages_of_a_list_are_read(count: int) -> None:
    store = FakeRegistry(lists_referrers=True)
    image = push_proofs(store, count)
    with RegistryServer(store).serve() as server:
        assert client(server.host).referrers("a", image.digest) == store.referrers("a", image.digest)


def test_a_list_that_is_too_long_is_refused_whole() -> None:
    store = FakeRegistry(lists_referrers=True)
    image = push_proofs(store, REFERRERS_LIMIT + 1)
    with RegistryServer(store).serve() as server, pytest.raises(RegistryUnavailableError, match="more than 1024"):
        client(server.host).referrers("a", image.digest)
    with pytest.raises(RegistryUnavailableError, match="more than 1024"):
        store.referrers("a", image.digest)


def test_a_list_kept_by_clients_that_is_too_long_is_refused_whole() -> None:
    store = FakeRegistry()
    image = push_image(store, "a", "one", LAYER)
    children = [push_image(store, "a", f"child-{number}", b"%d" % number) for number in range(REFERRERS_LIMIT + 1)]
    store.put_manifest("a", fallback_tag(image.digest), index_body(children), OCI_INDEX)
    with RegistryServer(store).serve() as server, pytest.raises(RegistryUnavailableError, match="more than 1024"):
        client(server.host).referrers("a", image.digest)


def page(link: str = "", entries: int = 0) -> Reply:
    entry = {"mediaType": OCI_MANIFEST, "digest": SUBJECT, "size": 1}
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry] * entries}).encode()
    return Reply(headers={"Content-Type": OCI_INDEX, **({"Link": link} if link else {})}, body=body)


def in_turn(*replies: Reply) -> Answer:
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_list_that_leads_round_in_circles_ends() -> None:
    circle = page(f'</v2/a/referrers/{SUBJECT}>; rel="next"')
    with serve(in_turn(circle)) as server, pytest.raises(RegistryUnavailableError, match="more than 1024 pages"):
        client(server.host).referrers("a", SUBJECT)


@pytest.mark.parametrize("link", ["<x>; rel=next", '<first>; rel="first", <x>; foo="bar"; rel="next"'])
def test_links_to_the_next_page_are_found(link: str) -> None:
    with serve(in_turn(page(link, 1), page("<y>; rel=prev", 1))) as server:
        assert len(client(server.host).referrers("a", SUBJECT)) == 2

    assert [request.path for request in server.requests] == [f"/v2/a/referrers/{SUBJECT}", "/v2/a/referrers/x"]


def test_a_later_page_that_is_missing_is_no_end_of_the_list() -> None:
    with (
        serve(in_turn(page("<x>; rel=next", 1), Reply(status=404))) as server,
        pytest.raises(RegistryRefusedError, match="refused with 404"),
    ):
        client(server.host).referrers("a", SUBJECT)


def test_a_list_that_is_refused_is_not_an_empty_one() -> None:
    with serve(in_turn(Reply(status=405))) as server, pytest.raises(RegistryRefusedError, match="refused with 405"):
        client(server.host).referrers("a", SUBJECT)


def test_a_password_that_ends_in_the_middle_is_renewed_once() -> None:
    served = RegistryServer(FakeRegistry(), password="before")
    vault = Vault(served)
    with served.serve() as server:
        registry = client(server.host, vault)
        image = push_image(registry, "a", "one", LAYER)
        served.password = "after"

        assert registry.resolve("a", "one") == image
        assert push_image(registry, "a", "one", LAYER) == image

    # Not once for reading and once for writing: what is renewed for one is there for the other.
    assert vault.refusals == 1


def test_a_password_that_is_refused_twice_is_a_refusal() -> None:
    served = RegistryServer(FakeRegistry(), password="another")
    vault = Vault(RegistryServer(FakeRegistry(), password="wrong"))
    with served.serve() as server, pytest.raises(RegistryRefusedError, match="refused with 401") as caught:
        client(server.host, vault).resolve("a", "one")

    assert (vault.refusals, len(server.requests)) == (1, 3)
    assert "wrong" not in str(caught.value)


def test_who_knows_no_password_is_told_so() -> None:
    with (
        RegistryServer(FakeRegistry(), password="x").serve() as server,
        pytest.raises(RegistryRefusedError, match="none are known"),
    ):
        client(server.host).resolve("a", "one")


BEGUN = Reply(status=202, headers={"Location": "/session"})
CREATED = Reply(status=201)
NOT_THERE = Reply(status=404)


def upload(
    *,
    begin: Reply = BEGUN,
    end: Reply = CREATED,
    look: Reply = NOT_THERE,
) -> Answer:
    replies = {"POST": begin, "PUT": end, "HEAD": look}
    return lambda request: replies[request.method]


def test_a_session_that_was_forgotten_is_begun_again() -> None:
    with (
        serve(upload(end=Reply(status=404))) as server,
        pytest.raises(RegistryUnavailableError, match="the upload was forgotten"),
    ):
        client(server.host).push_blob("a", LAYER)

    assert sum(request.method == "POST" for request in server.requests) > 1
    put = next(request for request in server.requests if request.method == "PUT")
    assert (put.path, put.body) == (f"/session?digest={sha256_digest(LAYER)}", LAYER)


@pytest.mark.parametrize(
    "answer, status", [(upload(begin=Reply(status=403)), 403), (upload(end=Reply(status=413)), 413)]
)
def test_a_push_that_is_refused_says_so(answer: Answer, status: int) -> None:
    with serve(answer) as server, pytest.raises(RegistryRefusedError, match=f"refused with {status}"):
        client(server.host).push_blob("a", LAYER)


def test_a_session_at_a_place_without_tls_gets_nothing() -> None:
    elsewhere = Reply(status=202, headers={"Location": "ftp://elsewhere.example/session"})
    with serve(upload(begin=elsewhere)) as server, pytest.raises(RegistryUnavailableError, match="not protected"):
        client(server.host).push_blob("a", LAYER)


def test_a_blob_that_is_not_whole_afterwards_is_corrupt() -> None:
    short = Reply(headers={"Content-Length": "3"})
    with serve(upload(look=short)) as server, pytest.raises(ContentCorruptError, match="3 bytes after it was pushed"):
        client(server.host).push_blob("a", LAYER)


def test_a_blob_that_is_not_there_afterwards_is_no_success() -> None:
    with serve(upload()) as server, pytest.raises(RegistryUnavailableError, match="accepted, and is not there"):
        client(server.host).push_blob("a", LAYER)


def test_a_blob_whose_length_is_not_told_is_read() -> None:
    sent: list[bytes] = []

    def answer(request: Request) -> Reply | Broken:
        if request.method == "HEAD":
            # As proxies answer that do not know what the registry would send.
            return Broken(data=b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n") if sent else NOT_THERE
        if request.method == "PUT":
            sent.append(request.body)
        return {"POST": BEGUN, "PUT": CREATED, "GET": Reply(body=LAYER)}[request.method]

    with serve(answer) as server:
        client(server.host).push_blob("a", LAYER)

    assert sent == [LAYER]


@pytest.mark.parametrize("call", ["manifest", "blob"])
def test_bytes_that_do_not_match_their_digest_are_corrupt_at_once(call: str) -> None:
    reply = Reply(headers={"Content-Type": OCI_MANIFEST, "Docker-Content-Digest": SUBJECT}, body=image_body(LAYER))
    with serve(in_turn(reply)) as server:
        registry = client(server.host)
        with pytest.raises(ContentCorruptError, match="hash to"):
            registry.blob("a", SUBJECT, limit=9999) if call == "blob" else registry.manifest("a", SUBJECT)
        with pytest.raises(ContentCorruptError, match="hash to"):
            registry.resolve("a", "one")

    assert len(server.requests) == 2


def test_a_tag_without_a_claimed_digest_is_known_by_its_bytes() -> None:
    body = image_body(LAYER)
    with serve(in_turn(Reply(headers={"Content-Type": OCI_MANIFEST}, body=body))) as server:
        found = client(server.host).resolve("a", "one")

    assert found == Descriptor(media_type=OCI_MANIFEST, digest=sha256_digest(body), size=len(body))


def test_a_blob_that_is_refused_is_not_absent() -> None:
    with serve(in_turn(Reply(status=403))) as server, pytest.raises(RegistryRefusedError, match="refused with 403"):
        client(server.host).blob("a", SUBJECT, limit=1)


def test_a_deletion_that_is_refused_says_so() -> None:
    with serve(in_turn(Reply(status=405))) as server, pytest.raises(RegistryRefusedError, match="refused with 405"):
        client(server.host).delete_manifest("a", SUBJECT)


def test_a_deletion_whose_answer_was_lost_is_one() -> None:
    gone = Reply(status=404, body=b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
    with serve(in_turn(Reply(status=502), gone)) as server:
        assert client(server.host).delete_manifest("a", SUBJECT)


def test_an_empty_blob_is_pushed_like_any_other() -> None:
    store = FakeRegistry()
    with RegistryServer(store).serve() as server:
        client(server.host).push_blob("a", b"")
        client(server.host).push_blob("a", EMPTY)

    assert set(store.blobs.values()) == {b"", EMPTY}


def tags_page(tags: object, link: str = "") -> Reply:
    return Reply(headers={"Link": link} if link else {}, body=json.dumps({"name": "a", "tags": tags}).encode())


def test_all_pages_of_tags_are_read() -> None:
    def answer(request: Request) -> Reply:
        return (
            tags_page(["two"]) if "last" in request.path else tags_page(["one"], '</v2/a/tags/list?last=1>; rel="next"')
        )

    with serve(answer) as server:
        assert client(server.host).tags("a") == ("one", "two")

    assert [request.path for request in server.requests] == ["/v2/a/tags/list?n=1000", "/v2/a/tags/list?last=1"]


def test_a_repository_that_lost_its_last_tag_has_none() -> None:
    with serve(lambda _: tags_page(None)) as server:
        assert client(server.host).tags("a") == ()


@pytest.mark.parametrize("tags", ["one", [1], ["a/b"], {}])
def test_what_is_no_list_of_tags_is_corrupt(tags: object) -> None:
    with serve(lambda _: tags_page(tags)) as server, pytest.raises(ContentCorruptError, match="list of tags of a"):
        client(server.host).tags("a")


@pytest.mark.parametrize("count", [0, TAGS_LIMIT])
def test_a_list_of_tags_without_an_end_is_not_cut(count: int) -> None:
    circle = tags_page([f"tag-{number}" for number in range(count)], '</v2/a/tags/list>; rel="next"')
    with serve(lambda _: circle) as server, pytest.raises(RegistryUnavailableError, match="not read to its end"):
        client(server.host).tags("a")

    assert len(server.requests) == (2 if count else 1)


def test_a_list_of_tags_that_breaks_off_is_not_cut() -> None:
    def answer(request: Request) -> Reply:
        if "last" in request.path:
            return Reply(status=404, body=b'{"errors": [{"code": "NAME_UNKNOWN"}]}')
        return tags_page(["one"], '</v2/a/tags/list?last=1>; rel="next"')

    with serve(answer) as server, pytest.raises(RegistryRefusedError, match="refused with 404"):
        client(server.host).tags("a")


def test_tags_that_may_not_be_listed_are_refused() -> None:
    with serve(lambda _: Reply(status=403)) as server, pytest.raises(RegistryRefusedError, match="refused with 403"):
        client(server.host).tags("a")
