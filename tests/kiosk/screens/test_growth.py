"""A terminal shows the same screens for years: each is built once."""

import gc

import msgspec

from kiosk.screens.picture import VIEWS, sample, sample_ask
from survey.questions import Kind


def widgets():
    from kivy.uix.widget import Widget

    gc.collect()
    return sum(isinstance(found, Widget) for found in gc.get_objects())


def views():
    """Each for each kind of visitor, so that all of it changes from one to the next."""
    for name in VIEWS:
        for language in ("fi", "ar"):
            yield sample(name, language=language)
    ask = sample_ask(Kind.SMILEY5)
    yield from (msgspec.structs.replace(ask, languages=languages) for languages in ((), ("fi", "sv"), ("sv", "fi")))
    yield from (msgspec.structs.replace(ask, low_reach=low_reach) for low_reach in (True, False))


def test_whatever_is_shown_again_is_not_built_again(glass):
    for view in views():
        glass.lay(view)
    built = widgets()

    for view in views():
        glass.lay(view)

    assert widgets() == built
