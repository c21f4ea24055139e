"""Images that do not start: each ends in a finding that names what was seen, and in its time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from helpers.rehearsal import TinyImages, expect
from hubwright.rehearse.interface import NotStarted, Started
from hubwright.rehearse.stage import Stage
from values import SHAPE

# Answers like a server that knows nothing of hubs.
ANSWERS = """\
#!/bin/sh
mkdir -p /tmp/www && echo hello > /tmp/www/index.html
exec httpd -f -p 8888 -h /tmp/www
"""
PLAIN = "#!/bin/sh\necho 'http://localhost:8888/lab?token=abc'\nexec sleep 600\n"
ROOT_ONLY = "#!/bin/sh\nmkdir /opt || exit 1\nexec sleep 600\n"

# Nothing is waited for so long: each container ends by itself.
ENDS_S = 300.0
# Long enough for a container to start on a machine that is busy, short enough to wait for one that never answers.
SILENT_S = 30.0
# What the image's Dockerfile says, what is seen of it, and how long an answer is waited for.
CASES = (
    ('CMD ["true"]', "the container ended at once", ENDS_S),
    ('CMD ["sh", "-c", "echo out of luck; exit 3"]', "exit code 3; its last lines:\nout of luck", ENDS_S),
    ('CMD ["jupyterhub-singleuser"]', "the image has no jupyterhub-singleuser (exit code 127)", ENDS_S),
    ('CMD ["sh", "-c", "exec jupyterhub-singleuser"]', "no jupyterhub-singleuser (exit code 127)", ENDS_S),
    ('CMD ["/init"]', "the command is not in the image (exit code 127)", ENDS_S),
    ('ENTRYPOINT ["sh", "-c", "exit 0"]\nCMD ["sleep", "600"]', "the container ended at once", ENDS_S),
    ('COPY --chmod=0755 root-only /start\nCMD ["/start"]', "may not be done as uid 1000 (exit code 1)", ENDS_S),
    ("CMD []", "the image has no command and no entry point", ENDS_S),
    ('COPY --chmod=0755 plain /start\nCMD ["/start"]', "a server started that does not know of the hub", SILENT_S),
    ('CMD ["sleep", "600"]', "the container runs, and nobody answers on its port", SILENT_S),
)


def test_every_broken_image_is_told_apart(stage: Stage, tiny: TinyImages) -> None:
    refs = [tiny.build(line, files={"root-only": ROOT_ONLY, "plain": PLAIN}) for line, _, _ in CASES]
    with ThreadPoolExecutor(len(refs)) as threads:
        outcomes = list(
            threads.map(lambda ref, case: stage.start(ref, SHAPE, timeout_s=case[2]), refs, CASES),
        )

    for outcome, (line, seen, _) in zip(outcomes, CASES, strict=True):
        failed = expect(NotStarted, outcome)
        assert seen in failed.finding.seen, (line, failed)
        assert failed.finding.advice
    assert {outcome.home.name for outcome in outcomes} <= {
        volume["Name"] for volume in stage.client.volumes()["Volumes"]
    }
    left = [name for each in stage.client.containers(all=True) for name in each["Names"] if stage.name in name]
    assert left == []


def test_what_answers_and_is_no_such_server_is_found_from_outside(stage: Stage, tiny: TinyImages) -> None:
    ref = tiny.build('COPY --chmod=0755 answers /start\nCMD ["/start"]', files={"answers": ANSWERS})
    # Root, because nothing in such an image belongs to anybody else.
    started = expect(Started, stage.start(ref, replace(SHAPE, uid=0)))
    places = [finding.where for finding in stage.check(started).findings]
    assert "server-outside, the server's API answers below the user's address" in places
    assert "server-outside, major version of the server's jupyterhub" in places
    assert stage.condition(started).running
    stage.stop(started)
