from threading import Thread

from serving.store import Store, messages


def _tell(store: Store, message_id: str, subject: str = "01JCAMERA") -> bool:
    with store.write() as session:
        return messages.append(
            session, message_id=message_id, kind="longan.test", subject=subject, data={"n": 1}
        )


def test_a_reader_gets_what_came_after_the_last_number_it_saw(store: Store) -> None:
    for message_id in ("a", "b", "c"):
        _tell(store, message_id)

    with store.read() as session:
        first = messages.after(session, 0, limit=2)
        rest = messages.after(session, first[-1].seq)
        newest = messages.newest_seq(session)

    assert [m.id for m in first] == ["a", "b"]
    assert [m.id for m in rest] == ["c"]
    assert newest == rest[-1].seq


def test_the_same_message_is_written_once(store: Store) -> None:
    assert _tell(store, "a")
    assert not _tell(store, "a")


def test_messages_of_one_subject_can_be_asked_for(store: Store) -> None:
    _tell(store, "a")
    _tell(store, "b", subject="01JOTHER")

    with store.read() as session:
        assert [m.id for m in messages.after(session, 0, subject="01JOTHER")] == ["b"]


def test_a_follower_misses_nothing_while_many_write(store: Store) -> None:
    def write(name: str) -> None:
        for n in range(20):
            _tell(store, f"{name}{n}")

    writers = [Thread(target=write, args=(name,)) for name in "xyz"]
    for writer in writers:
        writer.start()
    followed: list[str] = []
    seq = 0
    while (len(followed) < 60 and any(w.is_alive() for w in writers)) or seq == 0:
        with store.read() as session:
            for message in messages.after(session, seq):
                followed.append(message.id)
                seq = message.seq
    for writer in writers:
        writer.join()
    with store.read() as session:
        followed += [m.id for m in messages.after(session, seq)]

    assert len(followed) == 60
    assert set(followed) == {f"{name}{n}" for name in "xyz" for n in range(20)}


def test_the_envelope_is_a_cloud_event(store: Store) -> None:
    _tell(store, "a")
    with store.read() as session:
        envelope = messages.cloud_event(messages.after(session, 0)[0])

    assert {**envelope, "time": "…"} == {
        "specversion": "1.0",
        "id": "a",
        "source": "longan",
        "type": "longan.test",
        "subject": "01JCAMERA",
        "time": "…",
        "datacontenttype": "application/json",
        "sequence": "1",
        "data": {"n": 1},
    }
    assert envelope["time"].endswith("Z")
