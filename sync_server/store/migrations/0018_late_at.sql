-- When the newest of them came: a report tells of a day that has changed since the one before.
ALTER TABLE late_answers ADD COLUMN came_at BIGINT NOT NULL DEFAULT 0;
