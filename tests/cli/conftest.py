"""Commands on a store of their own."""

from __future__ import annotations

import pytest

from analysis.cli import main


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command on a store of its own: exit code, standard output, standard error."""
    # On a machine that is busy any import may take long enough to speak of.
    monkeypatch.setattr("analysis.cli.showing._QUIET_SECONDS", 3_600.0)

    def command(*arguments: object) -> tuple[int, str, str]:
        name, *rest = map(str, arguments)
        code = main([name, *rest, "--store", str(tmp_path / "store.duckdb")])
        out, err = capsys.readouterr()
        return code, out, err

    return command
