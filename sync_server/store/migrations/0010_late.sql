-- Answers that came after their day was over, by the day on which they count: docs/figures.md, "Came later".
CREATE TABLE late_answers (
    location_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    local_date TEXT NOT NULL,
    answers BIGINT NOT NULL,
    PRIMARY KEY (location_id, question_id, local_date)
) WITHOUT ROWID;

-- Which touchpoint comes how early on the customer's path: its place in the chain file.
ALTER TABLE touchpoints ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
