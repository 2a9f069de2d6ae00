-- The audit log is numbered without holes, and each row's hash covers the one before it. Rows from before get theirs
-- together with the first new one (store/audit.py), an empty one until then.
CREATE TABLE numbered_audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO numbered_audit (number, at, who, what, about, hash)
    SELECT ROW_NUMBER() OVER (ORDER BY at, audit_id), at, who, what, about, '' FROM audit;
DROP TABLE audit;
ALTER TABLE numbered_audit RENAME TO audit;

-- One row, from the first note on: who writes locks it, so that two writers never follow the same row.
CREATE TABLE audit_heads (
    head TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_heads (head, number, hash) SELECT 'audit', COUNT(*), '' FROM audit HAVING COUNT(*) > 0;

-- Whose a session is, so that they can see and end it. seen_at: to the hour. Everybody signs in once more.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN person_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- A link with which a person chooses a password, once; a newer one takes its place.
CREATE TABLE invitations (
    person_id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
