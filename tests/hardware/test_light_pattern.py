import pytest

from hardware.lights.interface import Light
from hardware.lights.pattern import BEEP_S, FLASH_EVERY_S, FLASH_S, THANKS_S, Picture, picture


def on(*lamps: int, lasts_s: float | None, sound: bool = False) -> Picture:
    return Picture(frozenset(lamps), sound=sound, lasts_s=lasts_s)


@pytest.mark.parametrize(
    ("light", "age_s", "expected"),
    [
        pytest.param(Light("off"), 0.0, on(lasts_s=None), id="off"),
        pytest.param(Light("invite"), 0.0, on(1, 2, 3, lasts_s=None), id="invite"),
        pytest.param(Light("invite"), 1e6, on(1, 2, 3, lasts_s=None), id="invite for days"),
        pytest.param(Light("thanks", 2), 0.0, on(2, lasts_s=THANKS_S), id="thanks in silence"),
        pytest.param(Light("thanks", 2, beep=True), 0.0, on(2, lasts_s=BEEP_S, sound=True), id="thanks begin"),
        pytest.param(Light("thanks", 2, beep=True), BEEP_S, on(2, lasts_s=THANKS_S - BEEP_S), id="beep is over"),
        pytest.param(Light("thanks", 2, beep=True), THANKS_S, None, id="thanks are over"),
        pytest.param(Light("thanks", 2), float("inf"), None, id="thanks are long over"),
        pytest.param(Light("out_of_order"), 0.0, on(1, lasts_s=FLASH_S), id="a flash"),
        pytest.param(Light("out_of_order"), FLASH_S, on(lasts_s=FLASH_EVERY_S - FLASH_S), id="between flashes"),
        pytest.param(Light("out_of_order"), 3 * FLASH_EVERY_S, on(1, lasts_s=FLASH_S), id="a later flash"),
    ],
)
def test_what_a_light_looks_like_follows_from_its_age(light: Light, age_s: float, expected: Picture | None) -> None:
    assert picture(light, lamps=3, age_s=age_s) == expected
