"""What may be written on the command line, and what it means."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from analysis.actions import ACTION_METRICS, STATUSES, TARGET_METRICS
from analysis.cli import agreed, channels, choices, commands, events, population, service, statistics
from analysis.cli.inbox_command import watch_inbox
from analysis.cli.own_commands import change_taxonomy, handle_labels
from analysis.cli.report_command import write_report
from analysis.cli.scored_file import score_file
from analysis.errors import UnknownName, XinshengError
from analysis.export import SUFFIXES
from analysis.i18n import default_language, languages, say, spoken
from analysis.metrics import METRIC_NAMES
from analysis.report import REPORT_FORMATS
from analysis.schema import EVENT_KINDS, FLAGS, KINDS, TICKET_STEPS
from analysis.text import DEFAULT_ENGINE


class UsageError(XinshengError):
    """The command line itself cannot be understood."""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of one command; `run` is the function that carries it out.

    Raises UsageError or UnknownName for anything that is not a valid command line.
    """
    return _parser().parse_args(arguments)


def asked_language(arguments: Sequence[str] | None = None) -> str:
    """The language that `--lang` names, needed before anything is parsed or refused; the usual one for an unknown."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for place, argument in enumerate(given):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or next(iter(given[place + 1 :]), "")
            return value if value in languages() else default_language()
    return default_language()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m analysis", description=say("cli.about"))
    parser.commands = parser.add_subparsers(
        title=say("cli.commands"), metavar="COMMAND", required=True, parser_class=_Parser
    )
    _import_command(parser)
    _metrics_command(parser)
    _choices_command(parser)
    _population_command(parser)
    _events_command(parser)
    _agreed_commands(parser)
    _findings_command(parser)
    _drivers_command(parser)
    _channels_command(parser)
    _service_commands(parser)
    _report_command(parser)
    _score_command(parser)
    _output_option(_command(parser, "batches", commands.list_batches))
    for name, run in (("undo", commands.undo_batch), ("redo", commands.redo_batch)):
        command = _command(parser, name, run)
        command.add_argument("batch", metavar="BATCH", type=_positive, help=say("cli.help.batch"))
    inbox = _command(parser, "inbox", watch_inbox)
    inbox.add_argument("--once", action="store_true", help=say("cli.help.once"))
    inbox.add_argument("--inbox", metavar="FOLDER", type=Path, help=say("cli.help.inbox"))
    quarantine = _command(parser, "quarantine", commands.show_quarantine)
    quarantine.add_argument("batch", metavar="BATCH", type=_positive, help=say("cli.help.batch"))
    _output_option(quarantine)
    forget = _command(parser, "forget", commands.forget_person)
    forget.add_argument("person", metavar="ID", help=say("cli.help.person"))
    _own_commands(parser)
    demo = _command(parser, "demo", commands.load_demo)
    demo.add_argument("--rows", metavar="N", type=_positive, help=say("cli.help.rows"))
    demo.add_argument("--again", action="store_true", help=say("cli.help.again"))
    _command(parser, "doctor", commands.examine)
    return parser


def _import_command(parser: _Parser) -> None:
    command = _command(parser, "import", commands.import_files)
    command.add_argument("files", metavar="FILE", nargs="+", type=_file, help=say("cli.help.files"))
    command.add_argument("--kind", metavar="|".join(KINDS), type=_one_of(KINDS), help=say("cli.help.kind"))
    command.add_argument("--mapping", metavar="FILE.json", type=_file, help=say("cli.help.mapping"))
    command.add_argument("--date", metavar="YYYY-MM-DD", type=_day, help=say("cli.help.date"))
    command.add_argument("--encoding", metavar="NAME", help=say("cli.help.encoding"))
    command.add_argument("--dry-run", action="store_true", help=say("cli.help.dry_run"))
    command.add_argument("--score", action="store_true", help=say("cli.help.score_now"))


def _metrics_command(parser: _Parser) -> None:
    command = _command(parser, "metrics", commands.show_metrics)
    names, checked = "|".join(METRIC_NAMES), _one_of(METRIC_NAMES)
    command.add_argument("--metric", metavar=names, type=checked, required=True, help=say("cli.help.metric"))
    command.add_argument(
        "--weighted", dest="run", action="store_const", const=population.show_weighted, help=say("cli.help.weighted")
    )
    _cell_options(command)
    _output_option(command)


def _population_command(parser: _Parser) -> None:
    command = _command(parser, "population", population.tell_population)
    command.add_argument("key", metavar="KEY", nargs="?", help=say("cli.help.population_key"))
    command.add_argument("shares", metavar="VALUE=SHARE", nargs="*", type=_share, help=say("cli.help.shares"))
    command.add_argument("--clear", action="store_true", help=say("cli.help.clear_shares"))


def _events_command(parser: _Parser) -> None:
    command = _command(parser, "events", events.tell_events)
    command.add_argument("--add", metavar="NAME", help=say("cli.help.add_event"))
    command.add_argument("--remove", metavar="N", type=_positive, help=say("cli.help.remove_event"))
    kinds, checked = "|".join(EVENT_KINDS), _one_of(EVENT_KINDS)
    command.add_argument("--kind", metavar=kinds, type=checked, default="other", help=say("cli.help.event_kind"))
    command.add_argument("--who", metavar="NAME", help=say("cli.help.who"))
    _period_options(command)


def _agreed_commands(parser: _Parser) -> None:
    command = _command(parser, "actions", agreed.tell_actions)
    command.add_argument("--add", metavar="WHAT", help=say("cli.help.add_action"))
    command.add_argument("--change", metavar="N", type=_positive, help=say("cli.help.change_action"))
    command.add_argument("--seen", metavar="N", type=_positive, help=say("cli.help.seen"))
    for name in ("what", "owner"):
        command.add_argument(f"--{name}", metavar="TEXT", help=say(f"cli.help.action_{name}"))
    for name in ("start", "due", "finished"):
        command.add_argument(f"--{name}", metavar="YYYY-MM-DD", type=_day, help=say(f"cli.help.action_{name}"))
    for name, known in (("status", STATUSES), ("metric", ACTION_METRICS)):
        command.add_argument(
            f"--{name}", metavar="|".join(known), type=_one_of(known), help=say(f"cli.help.action_{name}")
        )
    command.add_argument("--stores", metavar="NAME[,NAME]", type=_keys, help=say("cli.help.action_stores"))
    command.add_argument("--target", metavar="NUMBER", type=_number, help=say("cli.help.action_target"))
    targets = _command(parser, "targets", agreed.tell_targets)
    targets.add_argument("--set", metavar="METRIC=NUMBER", type=_goal, help=say("cli.help.set_target"))
    targets.add_argument("--drop", metavar="METRIC", type=_one_of(TARGET_METRICS), help=say("cli.help.drop_target"))
    for name in ("start", "end"):
        targets.add_argument(
            f"--{name}", dest=f"goal_{name}", metavar="YYYY-MM-DD", type=_day, help=say(f"cli.help.goal_{name}")
        )
    _period_options(targets)
    for each in (command, targets):
        each.add_argument("--who", metavar="NAME", help=say("cli.help.who"))
        each.add_argument(
            "--where", metavar="KEY=VALUE", type=_restriction, action="append", default=[], help=say("cli.help.scope")
        )


def _choices_command(parser: _Parser) -> None:
    command = _command(parser, "choices", choices.show_choices)
    command.add_argument("--question", metavar="NAME", help=say("cli.help.question"))
    _cell_options(command)


def _cell_options(command: _Parser) -> None:
    command.add_argument("--by", metavar="KEY[,KEY]", type=_keys, default=(), help=say("cli.help.by"))
    command.add_argument(
        "--where", metavar="KEY=VALUE", type=_restriction, action="append", default=[], help=say("cli.help.where")
    )
    _period_options(command)
    _without_option(command)


def _findings_command(parser: _Parser) -> None:
    command = _command(parser, "findings", commands.show_findings)
    _period_options(command)
    _without_option(command)
    _output_option(command)


def _drivers_command(parser: _Parser) -> None:
    command = _command(parser, "drivers", statistics.show_drivers)
    command.add_argument("--target", metavar="DIMENSION", help=say("cli.help.target"))
    _period_options(command)
    _output_option(command)


def _channels_command(parser: _Parser) -> None:
    command = _command(parser, "channels", channels.show_channels)
    command.add_argument(
        "--where", metavar="KEY=VALUE", type=_restriction, action="append", default=[], help=say("cli.help.where")
    )
    _period_options(command)
    _without_option(command)
    _output_option(command)


def _service_commands(parser: _Parser) -> None:
    command = _command(parser, "service", service.show_service)
    command.add_argument("--by", dest="key", metavar="KEY", default="", help=say("cli.help.service_by"))
    command.add_argument("--promise", metavar="NAME", default="", help=say("cli.help.promise"))
    command.add_argument(
        "--where", metavar="KEY=VALUE", type=_restriction, action="append", default=[], help=say("cli.help.where")
    )
    command.set_defaults(without=())
    _period_options(command)
    _output_option(command)
    promises = _command(parser, "promises", service.tell_promises)
    promises.add_argument(
        "--set", metavar="NAME=TIME", type=service.named_limit, action="append", default=[],
        help=say("cli.help.set_promise"),
    )
    promises.add_argument("--add", metavar="NAME", help=say("cli.help.add_promise"))
    steps, checked = "|".join(TICKET_STEPS), _one_of(TICKET_STEPS)
    promises.add_argument("--step", metavar=steps, type=checked, help=say("cli.help.step"))
    promises.add_argument("--within", metavar="TIME", type=service.limit, help=say("cli.help.within"))
    promises.add_argument(
        "--where", metavar="KEY=VALUE", type=_restriction, action="append", default=[],
        help=say("cli.help.promise_where"),
    )
    promises.add_argument("--drop", metavar="NAME", help=say("cli.help.drop_promise"))
    promises.add_argument("--reset", action="store_true", help=say("cli.help.reset_promises"))
    promises.add_argument("--who", metavar="NAME", help=say("cli.help.who"))


def _report_command(parser: _Parser) -> None:
    command = _command(parser, "report", write_report)
    formats = _one_of(REPORT_FORMATS)
    command.add_argument(
        "--format", metavar="|".join(REPORT_FORMATS), type=formats, required=True, help=say("cli.help.report_format")
    )
    command.add_argument("--out", metavar="FILE", type=Path, help=say("cli.help.report_out"))
    command.add_argument("--week", metavar="YYYY-Www", help=say("cli.help.week"))
    command.add_argument("--template", metavar="FILE.pptx", type=_file, help=say("cli.help.template"))


def _score_command(parser: _Parser) -> None:
    command = _command(parser, "score", score_file)
    command.add_argument("file", metavar="FILE", type=_file, help=say("cli.help.score_file"))
    command.add_argument("--text", metavar="COLUMN", required=True, help=say("cli.help.text"))
    _output_option(command, required=True)
    command.add_argument("--engine", metavar="NAME", default=DEFAULT_ENGINE, help=say("cli.help.engine"))
    command.add_argument("--encoding", metavar="NAME", help=say("cli.help.encoding"))


def _own_commands(parser: _Parser) -> None:
    own = _command(parser, "taxonomy", change_taxonomy)
    own.add_argument("--add", metavar="NAME", help=say("cli.help.add_dimension"))
    own.add_argument("--terms", metavar="TERM,TERM", help=say("cli.help.terms"))
    own.add_argument("--preview", action="store_true", help=say("cli.help.preview"))
    own.add_argument("--remove", metavar="NAME", help=say("cli.help.remove_dimension"))
    labels = _command(parser, "labels", handle_labels)
    labels.add_argument("--draw", metavar="N", type=_positive, help=say("cli.help.draw"))
    labels.add_argument("--seed", metavar="N", type=_positive, default=1, help=say("cli.help.seed"))
    labels.add_argument("--export", metavar="FILE.csv", type=_output, help=say("cli.help.export_labels"))
    labels.add_argument(
        "--import", dest="labels_file", metavar="FILE.csv", type=_file, help=say("cli.help.import_labels")
    )
    labels.add_argument("--adjust", metavar="on|off", type=_one_of(("on", "off")), help=say("cli.help.adjust"))


def _command(parser: _Parser, name: str, run: Callable) -> _Parser:
    about = say(f"cli.command.{name}")
    command = parser.commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    command.add_argument("--store", metavar="FILE", type=Path, help=say("cli.help.store"))
    command.add_argument("--json", action="store_true", help=say("cli.help.json"))
    known = languages()
    command.add_argument(
        "--lang", metavar="|".join(known), type=_one_of(known), default=spoken(), help=say("cli.help.lang")
    )
    return command


def _without_option(command: _Parser) -> None:
    command.add_argument("--without", metavar="FLAG[,FLAG]", type=_flags, default=(), help=say("cli.help.without"))


def _output_option(command: _Parser, *, required: bool = False) -> None:
    names = "|".join(f"FILE{suffix}" for suffix in SUFFIXES)
    command.add_argument("--out", metavar=names, type=_output, required=required, help=say("cli.help.out"))


def _period_options(command: _Parser) -> None:
    command.add_argument("--from", dest="start", metavar="YYYY-MM-DD", type=_day, help=say("cli.help.from"))
    command.add_argument("--to", dest="end", metavar="YYYY-MM-DD", type=_day, help=say("cli.help.to"))


# What argparse finds wrong, which it says in English only.
_MISTAKES = (
    (re.compile(r"arguments are required: (?P<name>.+)"), "cli.mistake.missing"),
    (re.compile(r"unrecognized arguments: (?P<name>.+)"), "cli.mistake.unknown"),
    (re.compile(r"argument (?P<name>.+?): expected"), "cli.mistake.no_value"),
    (re.compile(r"invalid choice: '(?P<name>.+?)' \(choose from (?P<known>.+)\)"), "cli.mistake.command"),
)


class _Headings(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None) -> None:
        super().add_usage(usage, actions, groups, say("cli.usage") if prefix is None else prefix)

    def _get_help_string(self, action) -> str:
        # A percent sign in a sentence is one; argparse would take it for a place to fill in.
        return (action.help or "").replace("%", "%%")


class _Parser(argparse.ArgumentParser):
    """A parser that speaks the interface's language and raises instead of leaving the process."""

    commands: argparse._SubParsersAction

    def __init__(self, **options: object) -> None:
        super().__init__(**options, formatter_class=_Headings, add_help=False, allow_abbrev=False)
        self._positionals.title = say("cli.arguments")
        self._optionals.title = say("cli.options")
        self.add_argument("-h", "--help", action="help", help=say("cli.help.help"))

    def error(self, message: str) -> None:
        for pattern, key in _MISTAKES:
            found = pattern.search(message)
            if found:
                raise UsageError(key, **found.groupdict(), command=self.prog)
        raise UsageError("cli.mistake.other", detail=message, command=self.prog)


# -- values, each raising an error that says what would be right


def _one_of(known: Sequence[str]) -> Callable[[str], str]:
    def checked(name: str) -> str:
        if name not in known:
            raise UnknownName("errors.unknown_key", name=name, known=tuple(known))
        return name

    return checked


def _file(path: str) -> Path:
    if not Path(path).is_file():
        raise UsageError("errors.file_missing", file=path)
    return Path(path)


def _output(path: str) -> Path:
    if Path(path).suffix.lower() not in SUFFIXES:
        raise UsageError("errors.output_suffix", path=Path(path).name, known=tuple(SUFFIXES))
    return Path(path)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("errors.bad_date", value=text) from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError("errors.bad_number", value=text)
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text.removesuffix("%"))
    except ValueError as error:
        raise UsageError("errors.target_value") from error


def _goal(text: str) -> tuple[str, float]:
    metric, _, value = text.partition("=")
    return _one_of(TARGET_METRICS)(metric.strip()), _number(value.strip())


def _keys(text: str) -> tuple[str, ...]:
    """Keys as they stand: which ones there are only the store knows, whose files may have brought attributes."""
    return tuple(dict.fromkeys(key.strip() for key in re.split("[,，]", text) if key.strip()))


def _flags(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",")]
    return tuple(dict.fromkeys(_one_of(FLAGS)(name) for name in names if name))


def _share(text: str) -> tuple[str, float]:
    value, _, share = text.rpartition("=")
    try:
        return value.strip(), float(share.strip().removesuffix("%"))
    except ValueError as error:
        raise UsageError("errors.bad_share", value=text) from error


def _restriction(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (equals and key.strip() and value.strip()):
        raise UsageError("errors.bad_restriction", value=text)
    return key.strip(), value.strip()
