"""Which way the language on the screen is read; what is laid out follows by Kivy's properties."""

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"})


class Reading(EventDispatcher):
    """from_right: from right to left."""

    from_right = BooleanProperty(defaultvalue=False)

    def turn_to(self, language: str) -> None:
        self.from_right = is_from_right(language)


def is_from_right(language: str) -> bool:
    """language: a code, with or without a region: `ar`, `ar-EG`."""
    code = language.lower().replace("_", "-")
    return code in RIGHT_TO_LEFT or code.split("-")[0] in RIGHT_TO_LEFT


reading = Reading()
