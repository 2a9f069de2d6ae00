"""What should not wait until somebody looks at a page: found by rules, told once, closed by itself.

watch.py makes the rounds; negatives.py, days.py and silences.py find; letters.py and webhooks.py tell.
"""

from sync_server.alerts.alert import Alert, Kind, open_alerts

__all__ = ["Alert", "Kind", "open_alerts"]
