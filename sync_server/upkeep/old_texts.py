"""Masks the words that came before there was masking, or before its present rule: once, as soon as a server runs."""

from sync_server.comments.masking import RULE, masked
from sync_server.store import Store, comments, upkeep
from sync_server.store.comments import Words

CHORE = "mask"
TOGETHER = 2_000  # texts in one round; answers arrive in between


class OldTexts:
    """Several server processes on one store may do it side by side: each text changes once.

    One that is masked already stays as it is when it is masked again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_done = self._is_stopping = False

    def stop(self) -> None:
        """Whoever runs next begins again. From any thread."""
        self._is_stopping = True

    def step(self) -> None:
        if self._is_done or upkeep.chore_taken(self._store, CHORE) >= str(RULE):
            self._is_done = True
            return
        for location_id in upkeep.location_ids(self._store):
            self._mask(location_id)
        if not self._is_stopping:
            with self._store.write() as transaction:
                upkeep.take_chore(transaction, CHORE, str(RULE))

    def _mask(self, location_id: str) -> None:
        texts: list[Words] = []
        while not self._is_stopping:
            texts = comments.texts_after(self._store, location_id, texts[-1].key if texts else None, TOGETHER)
            personal = [(words, text) for words in texts if (text := masked(words.text)) != words.text]
            if personal:
                with self._store.write() as transaction:
                    for words, text in personal:
                        comments.mask(transaction, words, text)
            if len(texts) < TOGETHER:
                return
