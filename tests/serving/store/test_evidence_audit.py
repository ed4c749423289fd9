import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from serving.store import Store, evidence, tokens


@pytest.mark.parametrize(
    "statement",
    ["UPDATE evidence_audit SET reason = 'none of your business'", "DELETE FROM evidence_audit"],
)
def test_what_was_done_with_evidence_stays_written(store: Store, statement: str) -> None:
    with store.write() as session:
        caller = tokens.find(session, tokens.create(session, "Anna"))
        assert caller is not None
        evidence.audit(session, "01JEVENT", "opened", "court order 7", tokens.actor(caller))

    with pytest.raises(DBAPIError, match="append-only"), store.write() as session:
        session.execute(text(statement))

    with store.read() as session:
        assert [row.reason for row in evidence.audit_of(session, "01JEVENT")] == ["court order 7"]
