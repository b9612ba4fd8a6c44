"""Building the Pulumi CLI, with a program in Go's place that notes how it was called."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.engine import binary
from firedrill.installed import pulumi_in
from tools.engine import build

GO = """#!/bin/sh
echo "$PWD: $*" > {calls}
[ {code} = 0 ] && printf '#!/bin/sh\\necho v3.210.0\\n' > "$5" && chmod +x "$5"
exit {code}
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder before all others of PATH, with which there is no Pulumi on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    return folder


def go(path: Path, code: int) -> Path:
    """A `go build` that ends with `code`; returns the file with its call."""
    calls = path.parent / "calls"
    (path / "go").write_text(GO.format(calls=calls, code=code))
    (path / "go").chmod(0o755)
    return calls


def test_the_version_that_is_built_is_the_one_of_the_module_and_new_enough() -> None:
    version = build.required_version((build.MODULE / "go.mod").read_text(encoding="utf-8"))
    assert [int(part) for part in version.split(".")] >= [int(part) for part in binary.MINIMUM.split(".")]


def test_what_was_built_is_found(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = go(path, 0)
    assert build.build(tmp_path) == 0
    version = build.required_version((build.MODULE / "go.mod").read_text(encoding="utf-8"))
    unfinished = pulumi_in(tmp_path, version).with_name("pulumi.unfinished")
    assert calls.read_text() == (
        f"{build.MODULE}: build -ldflags -s -w -X {build.VERSION_VARIABLE}=v{version} -o {unfinished} {build.PACKAGE}\n"
    )
    assert binary.find(tmp_path) == binary.Binary(pulumi_in(tmp_path, version), version)
    assert capsys.readouterr().out == (
        f"building the Pulumi CLI {version} (about two minutes the first time)\n"
        f"built .firedrill/pulumi/{version}/bin/pulumi\n"
    )


def test_a_build_that_fails_leaves_nothing_that_would_be_found(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    go(path, 1)
    assert build.build(tmp_path) == 2
    assert capsys.readouterr().err == f"Go could not build the Pulumi CLI. {binary.INSTALL}\n"
    assert not list(tmp_path.glob(".firedrill/pulumi/*/bin/pulumi"))


def test_without_go_the_way_to_install_pulumi_is_told(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.build(tmp_path) == 2
    assert capsys.readouterr().err == f"There is no Go to build the Pulumi CLI with. {binary.INSTALL}\n"


def test_nothing_is_built_where_there_is_a_cli(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (path / "pulumi").write_text("#!/bin/sh\necho v3.215.1\n")
    (path / "pulumi").chmod(0o755)
    assert build.main() == 0
    assert capsys.readouterr().out == f"{path / 'pulumi'} is version 3.215.1: nothing to build\n"
