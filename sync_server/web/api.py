"""The reading API: the same figures as the pages, for programs, with the same eyes."""

from litestar import get
from litestar.datastructures import State

from sync_server.results import today as results
from sync_server.results.today import Today
from sync_server.web.page import PersonRequest, VisibleLocation


@get(
    "/api/locations/{location_id:str}/today",
    summary="One location's day so far",
    tags=["results"],
    sync_to_thread=True,
)
def today_at(request: PersonRequest, state: State, location: VisibleLocation) -> Today:
    """The shared question's figure with its interval and n, faces, hours, reasons, newest comments, touchpoints.

    figure and index are null under 10 answers. Asks for the session of a person who may see the location.
    """
    return results.today(state.store, location, state.clock(), request.user.language)
