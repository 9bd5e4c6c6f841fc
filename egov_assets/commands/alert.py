"""`egov alert test` sends a sample, `watch` tells of missing years and silent watchers, `service` of how one ended."""

import argparse
import os

from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    alert = commands.add_parser(
        "alert",
        help="try the channels that alerts go to",
        epilog="Example: egov alert test",
    )
    actions = alert.add_subparsers(required=True, metavar="action")
    test = actions.add_parser(
        "test",
        help="send a sample to every configured channel",
        epilog="Example: egov alert test",
    )
    test.set_defaults(command=send_sample)
    watch = actions.add_parser(
        "watch",
        help="tell of missing years and silent watchers, for a timer",
        epilog="Example: egov alert watch --after 600",
    )
    watch.add_argument("--after", type=float, default=300.0, help="seconds without a look that count as silent")
    watch.set_defaults(command=look_from_outside)
    service = actions.add_parser(
        "service",
        help="tell how a service ended; systemd calls it (deploy/README.md)",
        epilog="Example: egov alert service egov-backup",
    )
    service.add_argument("name")
    service.set_defaults(command=tell_of_service)


def send_sample(_: argparse.Namespace, folders: Folders) -> int:
    """Send the sample, and say per channel whether it was taken; 1 if one was not."""
    from egov_assets.alerts.alert import Alert
    from egov_assets.alerts.channels import configured, send_alert

    sample = Alert(
        kind="test",
        headline="test of the alert channels: nothing is wrong",
        lines=("first cause: somebody typed `egov alert test`",),
        next_step="nothing to do",
    )
    dead = send_alert(sample, folders)
    print(f"written   {folders.outputs / 'logs' / 'alerts.log'}")
    for name in configured():
        print(f"failed    {name}: {dead[name]}" if name in dead else f"sent      {name}")
    if not configured():
        print("No further channel is configured; docs/operation.md lists the settings.")
    return 1 if dead else 0


def look_from_outside(options: argparse.Namespace, folders: Folders) -> int:
    """Look once, send and print what is new; 1 if that is bad news. A dead daemon cannot tell of itself."""
    import time

    import dagster as dg

    from egov_assets.running.instance import prepare_home
    from egov_assets.running.sensors import stand_watch

    with dg.DagsterInstance.from_config(str(prepare_home(folders))) as instance:
        sent = stand_watch(instance, folders, time.time(), options.after)
    for alert in sent:
        print(alert.text)
    return 1 if any(alert.kind != "recovered" for alert in sent) else 0


def tell_of_service(options: argparse.Namespace, folders: Folders) -> int:
    """Tell that a service failed, or that it works again after that, as systemd says in MONITOR_SERVICE_RESULT."""
    from egov_assets.alerts.incidents import follow
    from egov_assets.alerts.liveness import SERVICE, Look

    result = os.environ.get("MONITOR_SERVICE_RESULT", "failure")
    is_well = result == "success"
    look = Look(
        kind=SERVICE,
        year=None,
        failures={} if is_well else {options.name: f"{options.name} ended with {result}"},
        well=[options.name] if is_well else [],
        next_step=f"`journalctl -u {options.name}` says why",
        counted="start",
    )
    for alert in follow(look, folders):
        print(alert.text)
    return 0
