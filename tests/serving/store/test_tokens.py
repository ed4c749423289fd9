from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from serving.store import Store, tokens

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_admin_secret_is_made_once(store: Store) -> None:
    with store.write() as session:
        secret = tokens.ensure_admin(session)
        again = tokens.ensure_admin(session)

        assert secret is not None
        assert again is None
        found = tokens.find(session, secret)

    assert found is not None
    assert found.name == "admin"


def test_only_hashes_are_stored(store: Store) -> None:
    with store.write() as session:
        secret = tokens.create(session, "wall")
        token = tokens.find(session, secret)
        assert token is not None
        cookie = tokens.open_session(session, token, NOON)

    with store.read() as session:
        rows = [
            *session.execute(text("SELECT * FROM token")),
            *session.execute(text("SELECT * FROM web_session")),
        ]
    assert secret not in str(rows)
    assert cookie not in str(rows)


def test_an_unknown_secret_finds_nothing(store: Store) -> None:
    with store.write() as session:
        tokens.create(session, "wall")

        assert tokens.find(session, "guess") is None
        assert tokens.find_session(session, "guess", NOON) is None


def test_a_session_ends_by_time_and_by_signing_out(store: Store) -> None:
    with store.write() as session:
        token = tokens.find(session, tokens.create(session, "wall"))
        assert token is not None
        cookie = tokens.open_session(session, token, NOON)
        other = tokens.open_session(session, token, NOON)
        tokens.close_session(session, other)

        late = NOON + tokens.SESSION_LIFE + timedelta(seconds=1)
        assert tokens.find_session(session, cookie, NOON) is not None
        assert tokens.find_session(session, cookie, late) is None
        assert tokens.find_session(session, other, NOON) is None
