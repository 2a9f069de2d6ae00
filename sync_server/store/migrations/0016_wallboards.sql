-- A location's day on a wall, for whoever has the link. Of the link's secret only the hash is kept.
CREATE TABLE wallboards (
    wallboard_id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    location_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    look TEXT NOT NULL,                 -- light or dark
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL
);
CREATE UNIQUE INDEX wallboards_by_secret ON wallboards (secret_hash);
