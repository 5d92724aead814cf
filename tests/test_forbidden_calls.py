"""Nothing in the code runs what a file or a customer wrote: no pickles, no evaluated text, no shell, no raw HTML."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    *(ROOT / "analysis").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py"), *(ROOT / "sample_data").rglob("*.py"),
    ROOT / "streamlit_app.py",
]
# They run code, or build objects that do, from what they are given.
FORBIDDEN_MODULES = frozenset({"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"})
FORBIDDEN_CALLS = frozenset({"eval", "exec", "compile", "__import__", "system", "popen", "read_pickle", "to_pickle"})
MODULE_OF_COMPILE = "re"  # re.compile is another thing
FORBIDDEN_TRUE = frozenset({"shell", "unsafe_allow_html", "unsafe_allow_javascript", "allow_pickle"})


def forbidden(source: str) -> list[str]:
    """What of the source must not be there, each as `line: name`."""
    return [f"{node.lineno}: {name}" for node in ast.walk(ast.parse(source)) for name in _names(node)]


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if (node.module or "").split(".")[0] in FORBIDDEN_MODULES else []
    if not isinstance(node, ast.Call):
        return []
    called = node.func
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    on = called.value.id if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) else ""
    named = [name] if name in FORBIDDEN_CALLS and not (name == "compile" and on == MODULE_OF_COMPILE) else []
    switched = [
        word.arg for word in node.keywords
        if word.arg in FORBIDDEN_TRUE and not (isinstance(word.value, ast.Constant) and not word.value.value)
    ]
    return named + switched


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_runs_what_it_reads(path: Path) -> None:
    assert forbidden(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "breach",
    [
        "import pickle", "from marshal import loads", "import joblib.memory", "eval(x)", "exec(x)",
        "compile(x, '', 'exec')", "__import__(x)", "os.system(x)", "os.popen(x)", "pd.read_pickle(x)",
        "run(x, shell=True)", "run(x, shell=y)",
        "st.markdown(x, unsafe_allow_html=True)", "np.load(x, allow_pickle=True)",
    ],
)
def test_the_rule_sees_a_breach(breach: str) -> None:
    assert forbidden(breach)


@pytest.mark.parametrize("fine", ["re.compile(x)", "run(x, shell=False)", "np.load(x, allow_pickle=False)", "x.eval"])
def test_the_rule_leaves_what_is_fine(fine: str) -> None:
    assert not forbidden(fine)
