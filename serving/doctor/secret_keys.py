"""The keys that seal passwords in the store: there, and the right ones."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from serving.doctor.finding import Finding, error, ok
from serving.settings import Settings
from serving.store import Store, resealing
from serving.store.sealing import Keyring, SealingError
from serving.store.secret_keys import key_file, keys_of


def secret_keys(settings: Settings) -> Iterator[Finding]:
    """Whether what is sealed in the store can be opened."""
    try:
        keys = keyring(settings)
        if keys is None:
            yield ok("secret keys", "will be made at the first start; keep a copy then")
            return
        store = Store(settings.store_url)
        try:
            with store.read() as session:
                resealing.check(session, keys)
        except SQLAlchemyError:
            return  # no tables yet, or away: the store's own check says so
        finally:
            store.dispose()
    except SealingError as wrong:
        yield error("secret keys", str(wrong), "put the keys back from your copy of them")
    else:
        yield ok("secret keys", f"{len(keys.ids)}, and everything sealed can be opened")


def keyring(settings: Settings) -> Keyring | None:
    """The keys; None where they will be made. None is made here.

    Raises:
        SealingError: They cannot be read, or the file is gone though there is a store.
    """
    given = (settings.secret_keys, settings.secret_keys_file, settings.secret_keys_command)
    if all(source is None for source in given) and not key_file(settings).exists():
        if (settings.data_dir / "longan.db").exists():
            raise SealingError(f"{key_file(settings)} is missing, and there is a store")
        return None
    return keys_of(settings)()
