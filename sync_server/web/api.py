"""The reading API: the same figures as the pages, for programs, with the same eyes."""

from litestar import get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec

from survey.exchange import ErrorReply
from sync_server.results import today as results
from sync_server.results.today import Today
from sync_server.web.page import PersonRequest, VisibleLocation

REFUSALS = {
    400: "Not understood.",
    401: "Nobody is signed in.",
    404: "There is no such location, or it is not theirs to see.",
    503: "The server is busy, or its database away: try again.",
}


@get(
    "/api/locations/{location_id:str}/today",
    summary="One location's day so far",
    tags=["results"],
    responses={status: ResponseSpec(ErrorReply, description=said) for status, said in REFUSALS.items()},
    sync_to_thread=True,
)
def today_at(request: PersonRequest, state: State, location: VisibleLocation) -> Today:
    """The shared question's figure with its interval and n, faces, hours, reasons, newest comments, touchpoints.

    figure and index are null under 10 answers. Asks for the session of a person who may see the location.
    """
    return results.today(state.store, location, state.clock(), request.user.language)
