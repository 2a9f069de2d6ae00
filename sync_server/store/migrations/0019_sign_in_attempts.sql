-- Who fails to sign in waits, whichever process is asked. The keys are hashes of names and addresses, for people mistype
-- passwords as names. since: when the first of them failed. docs/it.md says how many may.
CREATE TABLE sign_in_failures (
    failure_key TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    failed BIGINT NOT NULL
);

-- From where a name has signed in before: there nobody keeps them out by guessing elsewhere.
CREATE TABLE sign_in_homes (
    home_key TEXT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);
