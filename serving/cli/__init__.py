"""`longan …`: one file a command."""

import sys

import typer
from pydantic import ValidationError

from algorithms.errors import LonganError
from serving import plugins
from serving.cli import (
    algorithm,
    analyze,
    audit,
    backup,
    camera,
    deploy,
    doctor,
    evaluate,
    events,
    node,
    rollout,
    scenario,
    score,
    scorecard,
    secrets,
    submit,
    up,
    user,
)
from serving.cli.client import PlatformError
from serving.log import configure_logging
from serving.settings import Settings, mistakes

app = typer.Typer(
    name="longan",
    help="An open AI enablement platform for city video analytics.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.command("up")(up.up)
app.command("demo")(up.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(camera.app, name="camera")
app.add_typer(algorithm.app, name="algorithm")
app.add_typer(node.app, name="node")
app.add_typer(user.app, name="user")
app.add_typer(user.tokens, name="token")
app.add_typer(audit.app, name="audit")
app.add_typer(secrets.app, name="secrets")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("deploy")(deploy.deploy)
app.add_typer(rollout.app, name="rollout")
app.command("events")(events.events)
app.command("analyze")(analyze.analyze)
app.command("score")(score.score)
app.command("evaluate")(evaluate.evaluate)
app.command("scorecard")(scorecard.scorecard)
app.add_typer(scorecard.sets, name="evaluation-set")
app.add_typer(scenario.app, name="scenario")
app.command("submit")(submit.submit)


def main() -> None:
    """Run a command; a mistake of the caller is one line on standard error and exit code 1."""
    configure_logging()
    for plugin in plugins.installed():
        plugin.cli(app)
    try:
        app()
    except (LonganError, PlatformError) as error:
        typer.echo(f"longan: {error}", err=True)
        sys.exit(1)
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        typer.echo(f"longan: {mistakes(error)}", err=True)
        sys.exit(1)
