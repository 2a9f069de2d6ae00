"""Who is believed when they say whose server it is."""

import ssl


def of_the_system() -> str | bool:
    """What `verify` of a requests.Session takes: those that the system trusts, and keeps up to date.

    Requests' own are as old as its package, and no company's own is among them.
    """
    known = ssl.get_default_verify_paths()
    return known.cafile or known.capath or True
