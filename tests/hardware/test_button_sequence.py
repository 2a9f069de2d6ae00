from hardware.buttons.sequence import Sequence


def test_what_the_journal_holds_is_kept() -> None:
    sequence = Sequence(7)

    assert sequence.kept == 7
    assert sequence.is_next(8)
    assert not sequence.is_next(7)
    assert not sequence.is_next(9)


def test_a_press_is_acknowledged_only_when_all_before_it_are_kept() -> None:
    sequence = Sequence(0)
    for seq in (1, 2, 3):
        sequence.hand_over(seq)

    acknowledged = [sequence.kept]
    for seq in (2, 3, 1):
        sequence.keep(seq)
        acknowledged.append(sequence.kept)

    assert acknowledged == [0, 0, 0, 3]


def test_a_refused_press_is_expected_again() -> None:
    sequence = Sequence(0)
    sequence.hand_over(1)

    sequence.take_back(1)

    assert sequence.is_next(1)
    assert sequence.kept == 0


def test_a_jump_over_lost_presses_does_not_acknowledge_what_still_waits() -> None:
    sequence = Sequence(4)
    sequence.hand_over(5)

    missed = sequence.jump_to(9)

    assert missed == 3
    assert sequence.is_next(9)
    assert sequence.kept == 4


def test_a_hello_from_before_does_not_take_the_sequence_back() -> None:
    sequence = Sequence(7)

    missed = sequence.jump_to(3)

    assert missed == 0
    assert sequence.is_next(8)
