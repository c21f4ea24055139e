import pytest

from hubwright.dockerfile import secret_names


@pytest.mark.parametrize(
    "text, found",
    [
        ("ARG TOKEN", [(1, "ARG", "TOKEN")]),
        ("FROM a\nARG A=1 FORGE_TOKEN=x", [(2, "ARG", "FORGE_TOKEN")]),
        ("  env PASSWORD hunter 2", [(1, "ENV", "PASSWORD")]),
        ('ENV A="x y" API_KEY="z"', [(1, "ENV", "API_KEY")]),
        ("ENV A=1 \\\n    # why\n    SECRET=2 \\\n    B=3", [(1, "ENV", "SECRET")]),
        ("RUN <<'E'\nARG TOKEN\nE\nARG SECRET", [(4, "ARG", "SECRET")]),
        ("RUN <<-E\n\tARG TOKEN\n\tE\nENV SECRET=1", [(4, "ENV", "SECRET")]),
        ('RUN cat <<A 3<<-"B" > x\nARG TOKEN\nA\n\tARG TOKEN\n\tB\nENV SECRET=1', [(6, "ENV", "SECRET")]),
        ("RUN echo $((1<<x))\nENV SECRET=1", [(2, "ENV", "SECRET")]),
        ("RUN cat <<<x\nENV SECRET=1", [(2, "ENV", "SECRET")]),
        ("RUN echo \"a <<E b\" '<<E'\nENV SECRET=1", [(2, "ENV", "SECRET")]),
        ("ENV A=1 \\ \t\n    SECRET=2", [(1, "ENV", "SECRET")]),
        ("ENV A=1 \\\n\n  \n    SECRET=2", [(1, "ENV", "SECRET")]),
        ("\ufeffARG TOKEN\r\nFROM a\r\n", [(1, "ARG", "TOKEN")]),
        ("# ARG TOKEN\nRUN echo ARG TOKEN", []),
        ("ENV JUPYTER_TOKEN=\nENV JUPYTER_PASSWORD ''\nARG TOKEN_FILE", []),
        ("ENV PATH=/x:${PATH} JAVA_HOME=/opt/java", []),
        ("RUN <<E\nunended", []),
        ("ENV TOKEN=1 \\", [(1, "ENV", "TOKEN")]),
        ("ENV ", []),
    ],
)
def test_what_a_dockerfile_would_keep_is_found_with_its_line(text: str, found: list[tuple[int, str, str]]) -> None:
    assert list(secret_names(text)) == found
