import errno

import apsw
import pytest

from sync_server.command import error_in_words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "hymy.db"), "the disk is full."),
        (apsw.FullError("database or disk is full"), "the disk is full."),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "ca.pem"), "ca.pem: No such file or directory."),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "Connection refused."),
        (ValueError("There is no fault 'cloned'."), "There is no fault 'cloned'."),
        (apsw.BusyError("database is locked"), "database is locked."),
    ],
    ids=["full disk", "full disk, by SQLite", "a file", "no file", "a sentence", "no sentence"],
)
def test_what_a_command_could_not_do_is_told_as_a_sentence_without_numbers(error: Exception, words: str) -> None:
    assert error_in_words(error) == words
