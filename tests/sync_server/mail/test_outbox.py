"""The outbox: one cause, one letter; tried until it is taken or refused for good, by one of any number of processes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync_server.mail.letter import MOST_BYTES, Attachment, Letter, LetterUnfit
from sync_server.mail.outbox import GIVE_UP_MS, KEEP_FAILED_MS, MAIL, TAKEN_MS, TOO_OLD, Sender, forget_old, put
from sync_server.mail.settings import Mail
from sync_server.mail.smtp import SmtpCarrier
from sync_server.store import Store, outbox
from tests.sync_server.mail.mailbox import Mailbox, mailbox

NOW = 1_800_000_000_000
MINUTE_MS = 60_000


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


class Post:
    """A store, one sender on it, and a clock that is set by hand."""

    def __init__(self, store: Store, mail: Mail) -> None:
        self.store, self.now_ms = store, NOW
        self.sender = Sender(store, lambda: self.now_ms, SmtpCarrier(mail, connect_s=1, answer_s=1))

    def put(self, cause: str, to: str = "aino@shop.example") -> bool:
        with self.store.write() as transaction:
            return put(transaction, cause, Letter(to, f"About {cause}", "Words"), self.now_ms)

    def unsent(self) -> list[tuple[str, str, bool]]:
        return [(row.cause, row.reason, row.is_given_up) for row in outbox.unsent(self.store)]


@pytest.fixture
def post(store: Store, box: Mailbox) -> Post:
    return Post(store, box.mail)


def test_one_cause_sends_one_letter_also_after_it_was_sent(post: Post, box: Mailbox) -> None:
    first = post.put("slow checkout")
    second = post.put("slow checkout")
    sent = post.sender.step()
    third = post.put("slow checkout")
    sent_again = post.sender.step()

    assert (first, second, third) == (True, False, False)
    assert (sent, sent_again, len(box.messages)) == (1, 0, 1)
    assert box.messages[0]["Subject"] == "About slow checkout"


def test_a_letter_whose_transaction_fails_is_never_sent(post: Post) -> None:
    with pytest.raises(ZeroDivisionError), post.store.write() as transaction:
        put(transaction, "undone", Letter("aino@shop.example", "", ""), NOW)
        raise ZeroDivisionError
    assert post.sender.step() == 0


def test_many_letters_go_through_few_connections(post: Post, box: Mailbox) -> None:
    for number in range(60):
        post.put(f"letter {number}")
    assert post.sender.step() == 60
    assert box.connections == 2


def test_a_letter_refused_for_now_waits_longer_each_time_and_then_goes_out_under_the_same_name(
    post: Post, box: Mailbox
) -> None:
    box.answer("DATA", "451 greylisted")
    post.put("a")
    waited = []
    for _ in range(3):
        before = post.now_ms
        while post.sender.step() == 0 and outbox.unsent(post.store)[0].tries == len(waited):
            post.now_ms += MINUTE_MS
        waited.append((post.now_ms - before) // MINUTE_MS)
    reasons = post.unsent()
    box.answers.clear()
    post.now_ms += 60 * MINUTE_MS

    assert post.sender.step() == 1
    assert waited == [0, 1, 2]
    assert reasons == [("a", "451 greylisted", False)]
    assert post.unsent() == []


def test_a_letter_refused_for_good_holds_up_no_other_and_is_kept_for_it_to_see(post: Post, box: Mailbox) -> None:
    box.answers["RCPT"] = lambda receiver: "550 no such user" if receiver.startswith("gone") else None
    post.put("a", to="gone@shop.example")
    post.put("b")

    assert post.sender.step() == 1
    assert post.unsent() == [("a", "550 no such user", True)]


def test_what_was_given_up_goes_out_once_its_cause_is_mended(post: Post, box: Mailbox) -> None:
    box.answer("RCPT", "550 no such user")
    post.put("a")
    post.put("b")
    post.sender.step()
    box.answers.clear()

    due = outbox.try_again(post.store, "a", now_ms=NOW, give_up_at=NOW + GIVE_UP_MS)
    sent_one = post.sender.step()
    due_all = outbox.try_again(post.store, None, now_ms=NOW, give_up_at=NOW + GIVE_UP_MS)
    sent_all = post.sender.step()

    assert (due, sent_one, due_all, sent_all) == (1, 1, 1, 1)
    assert post.unsent() == []


def test_a_letter_is_given_up_after_two_days_and_says_why(post: Post, box: Mailbox) -> None:
    box.answer("MAIL", "550 who are you")
    post.put("a")
    for _ in range(9):
        post.sender.step()
        post.now_ms += 6 * 60 * MINUTE_MS

    ((_, reason, is_given_up),) = post.unsent()
    assert is_given_up
    assert reason.startswith("Given up after ")
    assert reason.endswith(" attempts: HYMY_MAIL_FROM is refused: 550 who are you")


def test_a_letter_that_nobody_tried_to_send_for_two_days_is_given_up_too(post: Post, box: Mailbox) -> None:
    """The server was off, or the letter waits in a backup that was restored: last week's alert helps nobody."""
    post.put("a")
    post.now_ms += GIVE_UP_MS + 1

    sent = post.sender.step()

    assert (sent, post.unsent()) == (0, [("a", TOO_OLD, True)])
    assert box.connections == 0


def test_a_server_that_is_away_is_asked_once_a_round_and_not_for_each_letter(store: Store, box: Mailbox) -> None:
    post = Post(store, box.mail)
    box.answer("DATA", "hang up")
    for number in range(5):
        post.put(f"letter {number}")

    post.sender.step()
    post.sender.step()  # too early
    connections = box.connections
    box.answers.clear()
    post.now_ms += 2 * MINUTE_MS

    assert connections == 1
    assert post.sender.step() == 5


def test_each_letter_falls_to_one_of_two_senders(store: Store, box: Mailbox) -> None:
    one, other = Post(store, box.mail), Post(store, box.mail)
    for number in range(20):
        one.put(f"letter {number}")

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(post.sender.step) for post in (one, other)]

    assert sum(rounds.result() for rounds in sent) == 20
    assert sorted(message["Subject"] for message in box.messages) == sorted(f"About letter {n}" for n in range(20))


def test_a_letter_whose_sender_died_after_it_was_taken_goes_out_again_under_the_same_name(
    post: Post, box: Mailbox
) -> None:
    """The most that can happen: the mail server has it, and nobody lived to note that."""
    post.put("a")
    parcel = outbox.take(post.store, MAIL, now_ms=NOW, until_ms=NOW + TAKEN_MS)
    assert parcel is not None
    carrier = SmtpCarrier(box.mail)
    carrier.carry(parcel)
    carrier.close()

    too_early = post.sender.step()
    post.now_ms += TAKEN_MS
    later = post.sender.step()

    assert (too_early, later) == (0, 1)
    assert len({message["Message-ID"] for message in box.messages}) == 1 < len(box.messages)


def test_a_sender_that_stops_hears_the_end_of_its_letter_and_begins_no_other(post: Post, box: Mailbox) -> None:
    post.put("a")
    post.put("b")
    stopping = threading.Thread(target=post.sender.stop)

    def answer(receiver: str) -> None:
        stopping.start()
        stopping.join(timeout=0.2)  # who does not wait for this letter has ended by then

    box.answers["DATA"] = answer

    sent = post.sender.step()
    stopping.join(timeout=10)

    assert (sent, len(box.messages), post.unsent()) == (1, 1, [])


def test_a_sender_that_was_thought_dead_can_note_that_it_sent_but_not_that_it_failed(post: Post) -> None:
    post.put("a")
    slow = outbox.take(post.store, MAIL, now_ms=NOW, until_ms=NOW + TAKEN_MS)
    quick = outbox.take(post.store, MAIL, now_ms=NOW + TAKEN_MS, until_ms=NOW + 2 * TAKEN_MS)
    assert slow is not None and quick is not None

    outbox.note_failure(post.store, slow, "too late", due_at=NOW, failed_at=NOW)
    after_failure = post.unsent()
    outbox.note_sent(post.store, "a", NOW)
    outbox.note_failure(post.store, quick, "too late, too", due_at=NOW, failed_at=NOW)

    assert after_failure == []
    assert post.unsent() == []


def test_without_a_mail_server_it_is_told_what_to_do(store: Store) -> None:
    post = Post(store, Mail())
    post.put("a")
    post.sender.step()
    ((_, reason, is_given_up),) = post.unsent()
    assert is_given_up
    assert "HYMY_SMTP" in reason and "hymy mail again" in reason


def test_what_was_given_up_is_forgotten_after_a_month_and_a_cause_that_was_sent_much_later(
    post: Post, box: Mailbox
) -> None:
    post.put("sent")
    post.sender.step()
    box.answer("RCPT", "550 no")
    post.put("refused")
    post.sender.step()

    soon = forget_old(post.store, NOW + KEEP_FAILED_MS)
    later = forget_old(post.store, NOW + KEEP_FAILED_MS + 1)

    assert (soon, later) == (0, 1)
    assert (post.put("sent"), post.put("refused")) == (False, True)


def test_a_letter_is_no_larger_than_mail_servers_take(store: Store) -> None:
    large = Attachment("r.pdf", "application/pdf", bytes(MOST_BYTES))
    with pytest.raises(LetterUnfit, match="too many"), store.write() as transaction:
        put(transaction, "a", Letter("aino@shop.example", "", "", attachments=(large,)), NOW)
