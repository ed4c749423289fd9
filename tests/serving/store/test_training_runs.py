from typing import Any

import pytest

from serving.store import Store, jobs, training_runs
from serving.store.errors import ConflictError
from serving.store.training_models import TrainingRun
from serving.store.training_spec import Search


def ask(store: Store, why: str = "person: a better one", **spec: Any) -> str:
    with store.write() as session:
        run = training_runs.request(
            session, recipe="rider-helmet", spec=spec, why=why, by="somebody"
        )
        return run.id


def state(store: Store, run_id: str) -> tuple[str, float, str | None]:
    with store.read() as session:
        run = training_runs.get(session, run_id)
        return run.state, run.progress, run.message


def take(store: Store) -> str | None:
    with store.write() as session:
        run = jobs.take(session, TrainingRun)
        return run and run.id


def test_runs_are_taken_in_the_order_they_were_asked_for(store: Store) -> None:
    first, second = ask(store), ask(store, epochs=3, search={"batch": [4, 8]})

    assert [take(store), take(store), take(store)] == [first, second, None]
    with store.read() as session:
        run = training_runs.get(session, second)
        assert run.spec["epochs"] == 3
        assert run.folder == f"rider-helmet-{second}"
        assert run.started_at is not None


def test_a_run_interrupted_by_a_restart_is_taken_again_and_keeps_its_progress(store: Store) -> None:
    run_id = ask(store)
    take(store)
    with store.write() as session:
        assert training_runs.tell(session, run_id, 0.4, "epoch 4/10")

    with store.write() as session:
        jobs.requeue_running(session, TrainingRun)

    assert state(store, run_id) == ("queued", 0.4, "epoch 4/10")
    assert take(store) == run_id


def test_what_works_on_a_cancelled_run_is_told_so_and_cannot_end_it_otherwise(
    store: Store,
) -> None:
    run_id = ask(store)
    take(store)

    with store.write() as session:
        training_runs.cancel(session, run_id)
        training_runs.cancel(session, run_id)
    with store.write() as session:
        assert not training_runs.tell(session, run_id, 0.5, "epoch 5/10")
        jobs.finish(session, TrainingRun, run_id, metrics={})
        jobs.fail(session, TrainingRun, run_id, "too late")

    assert state(store, run_id)[0] == "cancelled"


def test_a_run_that_is_over_is_not_cancelled(store: Store) -> None:
    run_id = ask(store)
    take(store)
    with store.write() as session:
        jobs.finish(session, TrainingRun, run_id, metrics={"a/val": {"map50": 0.5}})

    with store.write() as session, pytest.raises(ConflictError, match="done already"):
        training_runs.cancel(session, run_id)


@pytest.mark.parametrize(
    ("why", "spec"),
    [
        ("because", {}),
        ("drift:", {}),
        ("drift: PSI 0.4", {"epochs": -1}),
        ("drift: PSI 0.4", {"weights": "../secret.pt"}),
        ("drift: PSI 0.4", {"weights": "/root/secret.pt"}),
        ("drift: PSI 0.4", {"search": {}}),
        ("drift: PSI 0.4", {"search": {"momentum": [0.9]}}),
        ("drift: PSI 0.4", {"search": {"batch": list(range(1, 10)), "freeze": list(range(9))}}),
    ],
)
def test_what_cannot_be_run_is_refused(store: Store, why: str, spec: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected|64|Extra|match|greater|String"):
        ask(store, why, **spec)


def test_a_search_is_a_grid_or_a_sample_that_a_seed_repeats() -> None:
    grid = Search(learning_rate=[0.1, 0.01], batch=[4, 8])
    some = Search(learning_rate=[0.1, 0.01], batch=[4, 8, 16], trials=3)

    assert grid.combinations(0) == [
        {"learning_rate": 0.1, "batch": 4},
        {"learning_rate": 0.1, "batch": 8},
        {"learning_rate": 0.01, "batch": 4},
        {"learning_rate": 0.01, "batch": 8},
    ]
    assert len(some.combinations(7)) == 3
    assert some.combinations(7) == some.combinations(7)
