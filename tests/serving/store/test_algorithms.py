from collections.abc import Callable

import pytest

from algorithms.manifest import AlgorithmManifest
from serving.store import Store, algorithms, submissions
from serving.store.errors import ConflictError, NotFoundError

MakeManifest = Callable[..., AlgorithmManifest]


def test_a_shipped_algorithm_is_found_by_its_bare_name(
    store: Store, make_manifest: MakeManifest
) -> None:
    for _ in range(2):
        with store.write() as session:
            algorithms.register_shipped(session, make_manifest(), "a" * 64)

    with store.read() as session:
        found = algorithms.resolve(session, "rider-helmet")
        assert len(algorithms.versions(session, "rider-helmet")) == 1
    assert (found.version, found.origin, found.state) == ("0.1.0", "shipped", "approved")


def test_a_new_version_is_used_only_once_the_alias_moves(
    store: Store, make_manifest: MakeManifest
) -> None:
    with store.write() as session:
        algorithms.register_shipped(session, make_manifest(), "a" * 64)
        algorithms.register_shipped(session, make_manifest(version="0.2.0"), "b" * 64)

        assert algorithms.resolve(session, "rider-helmet").version == "0.1.0"
        assert algorithms.resolve(session, "rider-helmet@0.2.0").version == "0.2.0"

        algorithms.set_alias(session, "rider-helmet", "champion", "0.2.0")
        algorithms.set_alias(session, "rider-helmet", "candidate", "0.1.0")

        assert algorithms.resolve(session, "rider-helmet").version == "0.2.0"
        assert algorithms.resolve(session, "rider-helmet:candidate").version == "0.1.0"


@pytest.mark.parametrize("reference", ["nobody", "rider-helmet@9.9.9", "rider-helmet:challenger"])
def test_an_unknown_reference_is_refused(
    store: Store, make_manifest: MakeManifest, reference: str
) -> None:
    with store.write() as session:
        algorithms.register_shipped(session, make_manifest(), "a" * 64)

        with pytest.raises(NotFoundError):
            algorithms.resolve(session, reference)


def test_a_release_replaces_no_version_neither_its_own_nor_that_of_a_team(
    store: Store, make_manifest: MakeManifest
) -> None:
    with store.write() as session:
        algorithms.register_shipped(session, make_manifest("ours"), "a" * 64)
        algorithms.add(session, make_manifest("theirs"), "b" * 64, origin="submitted")

        with pytest.raises(ConflictError, match="versions never change"):
            algorithms.register_shipped(session, make_manifest("ours"), "c" * 64)
        changed = make_manifest("ours", team="somebody else")
        with pytest.raises(ConflictError, match="versions never change"):
            algorithms.register_shipped(session, changed, "a" * 64)

        assert algorithms.resolve(session, "ours").sha256 == "a" * 64
        with pytest.raises(ConflictError, match="submitted by a team"):
            algorithms.register_shipped(session, make_manifest("theirs"), "d" * 64)


def test_an_accepted_submission_becomes_a_version(
    store: Store, make_manifest: MakeManifest
) -> None:
    with store.write() as session:
        submission = submissions.create(session, make_manifest(), "a" * 64)

        decided = submissions.decide(session, submission.id, [])

        assert (decided.state, decided.reasons) == ("accepted", [])
        assert algorithms.resolve(session, "rider-helmet").origin == "submitted"


def test_a_rejected_submission_keeps_its_reasons_and_makes_no_version(
    store: Store, make_manifest: MakeManifest
) -> None:
    with store.write() as session:
        submission = submissions.create(session, make_manifest(), "a" * 64)

        decided = submissions.decide(session, submission.id, ["it loops for ever"])
        again = submissions.decide(session, submission.id, [])

        assert (decided.state, again.state) == ("rejected", "rejected")
        assert again.reasons == ["it loops for ever"]
        assert algorithms.names(session) == []


def test_of_two_submissions_of_one_version_the_second_is_rejected(
    store: Store, make_manifest: MakeManifest
) -> None:
    with store.write() as session:
        first = submissions.create(session, make_manifest(), "a" * 64)
        second = submissions.create(session, make_manifest(), "b" * 64)
        submissions.decide(session, first.id, [])

        decided = submissions.decide(session, second.id, [])

        assert decided.state == "rejected"
        assert "raise the version" in decided.reasons[0]


def test_undecided_submissions_are_unfinished(store: Store, make_manifest: MakeManifest) -> None:
    with store.write() as session:
        done = submissions.create(session, make_manifest(version="1.0.0"), "a" * 64)
        waiting = submissions.create(session, make_manifest(version="2.0.0"), "b" * 64)
        submissions.decide(session, done.id, ["no"])

        assert [s.id for s in submissions.unfinished(session)] == [waiting.id]
