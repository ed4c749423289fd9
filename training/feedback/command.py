"""`longan dataset from-reviews`: what reviewers said becomes a data set."""

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from algorithms.errors import DatasetError
from scenarios.scenario import load_catalog
from serving.access import Actor
from serving.settings import Settings
from serving.store import Store, tokens
from training.datasets.library import Library
from training.feedback.reviewed import Wanted, gather, keep

"""The token that may open originals."""


def from_reviews(
    name: Annotated[str, typer.Argument(help="What to call it here.")],
    scenario: Annotated[str, typer.Option(help="Whose events.")],
    since: Annotated[
        datetime | None, typer.Option(help="Opened then or later; the platform's time zone.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(help="Opened before; default: now.")] = None,
    per_camera_day: Annotated[
        int, typer.Option(min=1, help="Pictures of one camera on one day, at most.")
    ] = 20,
    share: Annotated[
        float, typer.Option(min=0, max=1, help="Of all events, drawn whatever their verdict.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(help="The same one draws the same.")] = 0,
) -> None:
    """Keep reviewed events as a data set, and what is still to be labelled as another."""
    if scenario not in load_catalog():
        raise DatasetError(f"{scenario}: no scenario; `longan scenario list` shows them")
    settings = Settings()
    zone = settings.time_zone
    wanted = Wanted(
        scenario,
        since and since.replace(tzinfo=zone),
        until.replace(tzinfo=zone) if until else datetime.now(UTC),
        per_camera_day,
        share,
        seed,
    )
    library = Library(settings.datasets_dir.absolute())
    store = Store(settings.store_url)
    with ExitStack() as borrowed:
        borrowed.callback(store.dispose)
        by = _admin(store, settings)
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("events", total=None)
            found = gather(
                store,
                settings,
                wanted,
                by,
                lambda done, total: bar.update(task, completed=done, total=total),
                borrowed,
            )
        for kind, count in sorted(found.taken.items()):
            typer.echo(f"{count:6} {kind}")
        for why, count in found.dropped.most_common():
            typer.echo(f"{count:6} events left out: {why}")
        for file in keep(library, name, found, lambda _done, _total: None):
            typer.echo(file)


def _admin(store: Store, settings: Settings) -> Actor:
    secret = settings.token
    if secret is None and settings.admin_token_file.is_file():
        secret = settings.admin_token_file.read_text(encoding="utf-8").strip()
    with store.read() as session:
        token = tokens.find(session, secret) if secret else None
    actor = None if token is None else tokens.actor(token)
    if actor is None or "evidence.originals" not in actor.actions():
        raise DatasetError(
            "unmasked originals are opened with the right evidence.originals only: expected an "
            f"administrator's token in LONGAN_TOKEN or {settings.admin_token_file}"
        )
    return actor
