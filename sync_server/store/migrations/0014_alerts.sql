-- held_at: when its cause was last seen. gone_at: the cause is over. closed_at: nobody need look any more; a person may
-- close it while the cause goes on, and then it is not opened again for it. facts: JSON, as it was opened.
CREATE TABLE alerts (
    location_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,              -- a terminal, a date, or nothing
    opened_at BIGINT NOT NULL,
    held_at BIGINT NOT NULL,
    gone_at BIGINT,
    facts TEXT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    closed_at BIGINT,
    closed_by TEXT NOT NULL DEFAULT '', -- empty: by itself
    PRIMARY KEY (location_id, alert_id)
) WITHOUT ROWID;

-- One cause, one alert, however many processes look.
CREATE UNIQUE INDEX alerts_going_on ON alerts (location_id, kind, subject) WHERE gone_at IS NULL;
CREATE INDEX alerts_open ON alerts (location_id) WHERE closed_at IS NULL;

CREATE TABLE alert_comments (
    location_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (location_id, alert_id, at, who)
) WITHOUT ROWID;

-- Up to which day a location's days were judged.
CREATE TABLE alert_days (
    location_id TEXT NOT NULL PRIMARY KEY,
    judged_on TEXT NOT NULL             -- local date (ISO)
);

-- place: chain, region:ID or location:ID; the nearest one counts. rules: JSON. Whoever changes them names the version.
CREATE TABLE alert_rules (
    place TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    rules TEXT NOT NULL
);

-- Of whom a row is here, mails are sent for these kinds (JSON), and for no others.
CREATE TABLE alert_choices (
    person_id TEXT NOT NULL PRIMARY KEY,
    kinds TEXT NOT NULL
);

-- secret: signs what is sent. It was shown once.
CREATE TABLE webhooks (
    webhook_id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    ended_at BIGINT
);

-- What could not be sent, among very many that were.
CREATE INDEX outbox_unsent ON outbox (made_at) WHERE sent_at IS NULL;
