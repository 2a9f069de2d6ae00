"""sqlite-utils without numpy and pandas, for whose types no journal has a use.

It loads them wherever they are installed, as on many a Raspberry Pi: half a second, 50 MB, and threads that are there
before main() says that signals are not for them.
"""

import sys

LEFT_OUT = ("numpy", "pandas")

_loaded = {name: sys.modules[name] for name in LEFT_OUT if name in sys.modules}
sys.modules |= dict.fromkeys(LEFT_OUT)  # type: ignore[arg-type]  # None: not to be had

from sqlite_utils import Database, Migrations  # noqa: E402

for _name in LEFT_OUT:
    del sys.modules[_name]
sys.modules |= _loaded

__all__ = ["Database", "Migrations"]
