-- Also what staff and devices do: still few among very many events.
DROP INDEX notable_events;
CREATE INDEX notable_events ON events (location_id, journal_id, at) WHERE kind = 'event' AND about IN
    ('journal_begun', 'journal_forked', 'journal_salvaged', 'journal_unreadable', 'out_of_order',
    'paused', 'pin_refused', 'resumed', 'stuck', 'suspicious');
