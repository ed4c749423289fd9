"""The training side of the loop: what a policy wants becomes a run, and a run a submission.

`python -m training.loop ID` takes the next step of one retraining; it reads the platform's settings
from standard input.

The platform's side (`serving.store.retraining`) says when, and what becomes of the submission.
"""

import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

import structlog

from algorithms.errors import DatasetError, LonganError
from serving.access import Actor
from serving.log import configure_logging
from serving.settings import Settings
from serving.store import Store, models, retraining, training_runs
from serving.store.retraining_models import Retraining
from training.candidate import hand_in
from training.datasets.labelled import Labelled, joined
from training.datasets.library import Library, Release
from training.datasets.splits import group, leaks
from training.feedback.reviewed import Wanted, gather, keep
from training.lifeline import end_with_parent
from training.quality.pictures import look
from training.quality.report import hashes_of

log = structlog.get_logger(__name__)


def go_on(store: Store, settings: Settings, retraining_id: str, now: datetime) -> None:
    """Take up what a policy wants, or hand in what has become of it.

    Raises:
        LonganError: There is nothing to learn from, or the result cannot be handed in.
    """
    with store.read() as session:
        row = session.get_one(Retraining, retraining_id)
    if row.state == "wanted":
        _begin(store, settings, row, now)
    elif row.state == "training":
        _follow(store, settings, row, now)


def _begin(store: Store, settings: Settings, row: Retraining, now: datetime) -> None:
    release = _release(store, settings, row, now)
    with store.write() as session:
        policy = retraining.get(session, row.policy_id)
        run = training_runs.request(
            session,
            recipe=policy.recipe,
            spec={"release": release.id},
            why=row.why,
            by=policy.set_by,
        )
        retraining.begun(session, row.id, release.id, run.id)
    log.info("training run requested", retraining_id=row.id, run_id=run.id, release=release.id)


def _follow(store: Store, settings: Settings, row: Retraining, now: datetime) -> None:
    with store.read() as session:
        run = training_runs.get(session, row.run_id or "")
    if run.state == "done":
        hand_in(store, settings, row.id, settings.runs_dir.absolute() / run.folder)
    elif run.state in ("failed", "cancelled"):
        with store.write() as session:
            why = f"its training run {run.id} was {run.state}: {run.message or 'no reason given'}"
            retraining.fail(session, row.id, why, now)


def _release(store: Store, settings: Settings, row: Retraining, now: datetime) -> Release:
    """What the last run learnt from, and all that was reviewed since."""
    library = Library(settings.datasets_dir.absolute())
    with store.read() as session:
        policy = retraining.get(session, row.policy_id)
        parent = retraining.goes_on_from(session, row)
    before = library.released(parent)
    # Whatever its age: an event may be reviewed long after the run before.
    known = frozenset(picture.file.name for picture in before.data.pictures)
    wanted = Wanted(policy.scenario, None, row.requested_at, known=known)
    by = Actor(policy.token_id, policy.set_by, "token", ())
    name = f"reviews-{row.id.lower()}"
    with ExitStack() as borrowed:
        found = gather(store, settings, wanted, by, _quiet, borrowed)
        keep(library, name, found, _quiet)
    if not found.truth.pictures:
        raise DatasetError(
            f"no reviewed event could be learnt from; {len(found.to_label.pictures)} pictures wait "
            f"to be labelled in {name}-to-label"
        )
    data = joined([before.data, library.imported(name)])
    data, hashes = _without_leaks(data, len(before.data.pictures))
    return library.release(data, hashes, imports=[name], parent=parent, now=now)


def _without_leaks(data: Labelled, old: int) -> tuple[Labelled, list[int]]:
    """What is new and belongs with pictures of another split is left out; the old stay put.

    Args:
        data: Old pictures first.
        old: How many.

    Returns:
        What is left, and its perceptual hashes.
    """
    hashes = hashes_of([look(picture.file) for picture in data.pictures])
    by_day = [replace(p, captured_at=p.captured_at and p.captured_at[:10]) for p in data.pictures]
    kept = list(range(len(by_day)))
    while True:
        pairs = leaks([by_day[i] for i in kept], [hashes[i] for i in kept])
        new = [kept[max(one, other)] for one, other, _ in pairs]
        wrong = {(group(by_day[i]), by_day[i].split) for i in new if i >= old}
        if not wrong:
            break
        kept = [i for i in kept if i < old or (group(by_day[i]), by_day[i].split) not in wrong]
    if len(kept) == old:
        raise DatasetError(
            "no reviewed event could be learnt from: each looks like, or is of the same camera and "
            "day as, a picture in another split of the release it goes on from"
        )
    pictures = tuple(data.pictures[i] for i in kept)
    return Labelled(data.classes, pictures), [hashes[i] for i in kept]


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def main() -> None:
    """Take the next step of the retraining that the first argument names."""
    end_with_parent()
    configure_logging()
    settings = Settings.model_validate_json(sys.stdin.read())
    store = Store(settings.store_url)
    try:
        go_on(store, settings, sys.argv[1], models.now())
    except LonganError as error:
        sys.exit(str(error).replace("\n", " · "))  # the last line is all that is kept
    finally:
        store.dispose()


if __name__ == "__main__":
    main()
