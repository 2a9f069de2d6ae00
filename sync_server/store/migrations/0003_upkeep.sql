-- What is done once a day by whichever server process takes it upon itself first.
CREATE TABLE chores (
    chore TEXT NOT NULL PRIMARY KEY,
    taken TEXT NOT NULL                 -- the newest turn: a local date, or what names it
);
