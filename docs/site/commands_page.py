"""The page of all commands, made of the parser that reads the command line."""

import argparse
from collections.abc import Iterator

from docs.site.markdown import WRITTEN_BY, table
from egov_assets import cli


def commands_page() -> str:
    """Every command with its arguments, as `--help` says them."""
    parser = cli._parser()
    lines = ["# Commands", "", f"{WRITTEN_BY} Each command says the same with `--help`.", ""]
    lines += _arguments(parser)
    lines += ["", parser.epilog] if parser.epilog else []
    for name, command, about in _commands(parser, "egov"):
        lines += ["", f"## {name}", "", command.description or f"{about[:1].upper()}{about[1:]}.", ""]
        lines += ["```sh", _usage(name, command), "```"]
        lines += ["", *rows] if (rows := _arguments(command)) else []
        lines += ["", "```text", command.epilog, "```"] if command.epilog else []
    return "\n".join([*lines, ""])


def _commands(parser: argparse.ArgumentParser, above: str) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """(full name, parser, one line of help) of every command that does something."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {each.dest: each.help or "" for each in action._choices_actions}
            for name, inner in action.choices.items():
                deeper = list(_commands(inner, f"{above} {name}"))
                yield from deeper or [(f"{above} {name}", inner, helps.get(name, ""))]


def _usage(name: str, command: argparse.ArgumentParser) -> str:
    words = []
    for action in _told(command):
        word = " ".join(filter(None, [*action.option_strings[-1:], _value(action)]))
        is_optional = not action.required or action.nargs in ("?", "*")
        words.append(f"[{word}]" if is_optional else word)
    return " ".join([name, *words])


def _arguments(command: argparse.ArgumentParser) -> list[str]:
    rows = []
    for action in _told(command):
        named = " ".join(filter(None, (", ".join(action.option_strings), _value(action))))
        choices = f"one of {', '.join(map(str, action.choices))}" if action.choices else ""
        is_said = action.default in (None, False, argparse.SUPPRESS) or "unless told" in (action.help or "")
        default = "" if is_said or not action.option_strings else f"{action.default} unless told"
        rows.append((f"`{named}`", "; ".join(filter(None, (_help(command, action), choices, default)))))
    return table(("argument", "means"), rows) if rows else []


def _told(command: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments of a command but for --help and its own commands."""
    left_out = (argparse._HelpAction, argparse._SubParsersAction)
    return [action for action in command._actions if not isinstance(action, left_out)]


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"{name} ..." if action.nargs in ("*", "+") else name


def _help(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    return (action.help or "") % {"prog": command.prog, "default": action.default}
