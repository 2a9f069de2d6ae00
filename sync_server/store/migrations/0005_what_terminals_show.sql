-- What a location's terminals are told beside the survey. opening_hours: JSON, empty: not told. staff_pin: hashed.
ALTER TABLE locations ADD COLUMN opening_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE locations ADD COLUMN staff_pin TEXT NOT NULL DEFAULT '';

-- What the terminal measures of itself: JSON, name -> number.
ALTER TABLE terminal_states ADD COLUMN readings TEXT NOT NULL DEFAULT '{}';

-- The chain's own look: one row.
CREATE TABLE themes (
    theme_id TEXT NOT NULL PRIMARY KEY,
    theme TEXT NOT NULL                 -- JSON
);

-- content: a PNG in base64, since one text has to do for all stores.
CREATE TABLE pictures (
    name TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL
);
