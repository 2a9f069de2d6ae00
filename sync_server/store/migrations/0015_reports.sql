-- Who wants which reports by mail. last_on: the last day that one has told of, so that none is made twice.
CREATE TABLE report_wishes (
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- daily, weekly, monthly; none: who was asked and wants none
    last_on TEXT NOT NULL,
    made_for TEXT NOT NULL DEFAULT '',  -- mark of the person's places and address, as they were then
    PRIMARY KEY (person_id, kind)
);
