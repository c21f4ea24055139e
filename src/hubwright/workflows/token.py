"""The action that keeps a job's token for AWS fresh: the SDK reads it from a file, and needs nobody else's action."""

from hubwright.workflows.text import HEAD, fill

_TEXT = """\
<<head>>
name: aws-token
description: Keeps a token of GitHub's in a file, for which AWS lets the job be a role.
runs:
  using: composite
  steps:
    - name: Keep a fresh token in a file
      shell: bash
      env:
        AWS_TOKEN: ${{ runner.temp }}/aws-token
      run: |
        umask 077
        fetch() {
          # On standard input: every process of the machine could read it among the arguments.
          printf 'header = "Authorization: bearer %s"\\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
            curl --silent --show-error --fail --retry 3 --max-time 30 --config - \\
              "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" |
            python3 -c 'import json, sys; print(json.load(sys.stdin)["value"], end="")' > "$AWS_TOKEN.new" &&
            mv "$AWS_TOKEN.new" "$AWS_TOKEN"
        }
        fetch
        # It lives for minutes, and AWS wants one again every hour. GitHub ends what is left when the job ends.
        while sleep 120; do fetch || true; done < /dev/null > /dev/null 2>&1 &
"""


def token_action() -> str:
    """Return the action; it is the same for every matrix."""
    return fill(_TEXT, {"head": HEAD})
