-- What became of journals and cards, for the Fleet page: few among very many events.
CREATE INDEX notable_events ON events (location_id, journal_id, at) WHERE kind = 'event' AND about IN
    ('journal_begun', 'journal_forked', 'journal_salvaged', 'journal_unreadable', 'out_of_order');
