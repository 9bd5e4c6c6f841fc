"""`egov alert test`: send a sample to every configured channel."""

import argparse

from egov_assets.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    alert = commands.add_parser("alert", help="try the channels that alerts go to")
    actions = alert.add_subparsers(required=True, metavar="action")
    test = actions.add_parser("test", help="send a sample to every configured channel")
    test.set_defaults(command=send_sample)


def send_sample(_: argparse.Namespace) -> int:
    """Send the sample, and say per channel whether it was taken; 1 if one was not."""
    from egov_assets.monitoring.alert import Alert
    from egov_assets.monitoring.channels import configured, send_alert

    sample = Alert(
        kind="test",
        headline="test of the alert channels: nothing is wrong",
        lines=("first cause: somebody typed `egov alert test`",),
        next_step="nothing to do",
    )
    folders = Folders.from_environment()
    dead = send_alert(sample, folders)
    print(f"written   {folders.outputs / 'logs' / 'alerts.log'}")
    for name in configured():
        print(f"failed    {name}: {dead[name]}" if name in dead else f"sent      {name}")
    if not configured():
        print("No further channel is configured; docs/operation.md lists the settings.")
    return 1 if dead else 0
