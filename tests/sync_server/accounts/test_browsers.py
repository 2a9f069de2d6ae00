import pytest

from sync_server.accounts.browsers import in_words

LIKE_MOZILLA = "Mozilla/5.0"
LIKE_GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{LIKE_MOZILLA} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        (f"{LIKE_MOZILLA} (X11; Linux x86_64) {LIKE_GECKO} Chrome/140.0.0.0 Safari/537.36", "Chrome, Linux"),
        (
            f"{LIKE_MOZILLA} (Windows NT 10.0) {LIKE_GECKO} Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            f"{LIKE_MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) {LIKE_GECKO} Version/18.0 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        (
            f"{LIKE_MOZILLA} (Linux; Android 15; K) {LIKE_GECKO} Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.5.0", ""),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(user_agent: str, words: str) -> None:
    assert in_words(user_agent) == words
