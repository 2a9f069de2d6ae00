-- What a store of version 0.1 held, as PostgreSQL takes it: its schema, then its rows.

CREATE TABLE answers (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    at BIGINT NOT NULL,
    clock TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    survey TEXT NOT NULL,
    question_id TEXT NOT NULL,
    visit BIGINT NOT NULL,
    value BIGINT NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
);
CREATE TABLE carried_over (
    location_id TEXT NOT NULL,
    born_journal_id BIGINT NOT NULL,
    born_seq BIGINT NOT NULL,
    born_chain BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (location_id, born_journal_id, born_seq, born_chain)
);
CREATE TABLE enrolment_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    touchpoint_id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    terminal_id TEXT
);
CREATE TABLE events (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
);
CREATE TABLE journals (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    terminal_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    head_seq BIGINT NOT NULL,
    head_chain BIGINT NOT NULL,
    answers BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id)
);
CREATE TABLE locations (
    location_id TEXT NOT NULL PRIMARY KEY,
    region_id TEXT NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    target BIGINT
);
CREATE TABLE migrations (name TEXT NOT NULL PRIMARY KEY);
CREATE TABLE missing_ranges (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, first_seq)
);
CREATE TABLE people (
    person_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sign_in_name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE TABLE person_places (
    person_id TEXT NOT NULL,
    place_id TEXT NOT NULL,
    PRIMARY KEY (person_id, place_id)
);
CREATE TABLE quarantine (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    reason TEXT NOT NULL,
    entry TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
);
CREATE TABLE regions (
    region_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE rollups (
    location_id TEXT NOT NULL,
    local_date TEXT NOT NULL,
    question_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    local_hour BIGINT NOT NULL,
    value BIGINT NOT NULL,
    answers BIGINT NOT NULL,
    PRIMARY KEY (location_id, local_date, question_id, touchpoint_id, local_hour, value)
);
CREATE TABLE secrets (
    purpose TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);
CREATE TABLE sessions (
    session_hash TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE surveys (
    survey_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    survey TEXT NOT NULL,
    PRIMARY KEY (survey_id, version)
);
CREATE TABLE terminal_states (
    terminal_id TEXT NOT NULL PRIMARY KEY,
    last_exchange_at BIGINT NOT NULL,
    version TEXT NOT NULL,
    configuration TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    pressed BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    devices TEXT NOT NULL
);
CREATE TABLE terminals (
    terminal_id TEXT NOT NULL PRIMARY KEY,
    location_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    enrolled_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE TABLE texts (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    score BIGINT,
    PRIMARY KEY (location_id, at, journal_id, seq)
);
CREATE TABLE touchpoints (
    touchpoint_id TEXT NOT NULL PRIMARY KEY,
    location_id TEXT NOT NULL,
    name TEXT NOT NULL,
    phase TEXT NOT NULL,
    survey_id TEXT NOT NULL
);

INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 1, -5821233355281445023, 1795262460000, 'server', 'kamppi-checkout', 'shop@1', 'overall', 1, 1, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 2, -7978564846703492124, 1795262520000, 'server', 'kamppi-checkout', 'shop@1', 'why', 1, 1, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 3, -9062365613388568252, 1795262580000, 'server', 'kamppi-checkout', 'shop@1', 'words', 1, 28, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 4, 8075032206168638393, 1795262640000, 'server', 'kamppi-checkout', 'shop@1', 'overall', 4, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 5, -7094144717430873204, 1795262700000, 'server', 'kamppi-checkout', 'shop@1', 'overall', 5, 4, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 6, 1921263338928870002, 1795262760000, 'server', 'kamppi-checkout', 'shop@1', 'overall', 6, 3, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 7, -3906938999567245465, 1795262820000, 'server', 'kamppi-checkout', 'shop@1', 'overall', 7, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 8, 2496224035739833701, 1795262880000, 'server', 'kamppi-checkout', 'shop@1', 'which', 7, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 42, 11, -1995264476685280190, 1795302000000, 'server', 'kamppi-checkout', 'shop@1', 'overall', 11, 2, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 177, 1, 1581044615910062499, 1795262460000, 'server', 'kamppi-entrance', 'shop@1', 'overall', 1, 4, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 177, 2, 6074542436351608456, 1795262520000, 'server', 'kamppi-entrance', 'shop@1', 'overall', 2, 1, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 178, 2, 9036287326375611789, 1795262520000, 'server', 'kamppi-entrance', 'shop@1', 'overall', 2, 2, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('kamppi', 240, 1, 2939807856068466620, 1795262460000, 'server', 'kamppi-entrance', 'shop@1', 'overall', 1, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('tapiola', 161, 1, 2939807856068466620, 1795262460000, 'server', 'tapiola-checkout', 'shop@1', 'overall', 1, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('tapiola', 161, 4, -1450628539418771084, 1795262640000, 'server', 'tapiola-checkout', 'shop@1', 'overall', 4, 2, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('tapiola', 161, 5, 134863304854329059, 1795262700000, 'server', 'tapiola-checkout', 'shop@1', 'overall', 5, 1, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('vasa', 36893, 1, -31276067484758606, 1795000001000, 'ntp', 'vasa-checkout', 'shop@1', 'overall', 1, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('vasa', 36893, 2, 7747032422233451369, 1795000002000, 'ntp', 'vasa-checkout', 'shop@1', 'overall', 2, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('vasa', 36893, 3, -6236367410955462143, 1795000003000, 'ntp', 'vasa-checkout', 'shop@1', 'overall', 3, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('vasa', 36909, 1, -31276067484758606, 1795000001000, 'ntp', 'vasa-checkout', 'shop@1', 'overall', 1, 5, 'fi', 'touch');
INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id, visit, value, language, source) VALUES ('vasa', 36909, 2, 7747032422233451369, 1795000002000, 'ntp', 'vasa-checkout', 'shop@1', 'overall', 2, 5, 'fi', 'touch');
INSERT INTO carried_over (location_id, born_journal_id, born_seq, born_chain, journal_id, seq) VALUES ('kamppi', 240, 2, 836816595087906028, 177, 1);
INSERT INTO carried_over (location_id, born_journal_id, born_seq, born_chain, journal_id, seq) VALUES ('kamppi', 240, 3, -7864232256090448679, 177, 2);
INSERT INTO carried_over (location_id, born_journal_id, born_seq, born_chain, journal_id, seq) VALUES ('kamppi', 240, 3, 5364500395511410227, 178, 2);
INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at, used_at, terminal_id) VALUES ('21b35ea012b7f6c5991056c39752d52f0977e8b28c6263f31e1363182283488a', 'kamppi-entrance', 1795276800000, 1795536000000, 1795276800000, 'bcae45a7ed13');
INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at, used_at, terminal_id) VALUES ('4245c95847786345ad8dbdc109e7656e0da7af711a848a688c2bfc82d72c165d', 'vasa-checkout', 1795276800000, 1795536000000, NULL, NULL);
INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at, used_at, terminal_id) VALUES ('69fad05a506ac00fad405679883156c6bdae2db3f551baa7214b612a8adc0b4e', 'vasa-checkout', 1795276800000, 1795536000000, 1795276800000, '0704295c012a');
INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at, used_at, terminal_id) VALUES ('ddf4b4cb5b843d188cab7765fba40083efa3fbc91cdcbdc6727638c480945d95', 'kamppi-checkout', 1795276800000, 1795536000000, 1795276800000, '808f34963b34');
INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at, used_at, terminal_id) VALUES ('e4bf9c311ae4161cfe7e8d0358cfd4ee6d29113af0c0fcbf86bec40919e750ad', 'tapiola-checkout', 1795276800000, 1795536000000, 1795276800000, '8b12fb6909c0');
INSERT INTO enrolment_codes (code_hash, touchpoint_id, made_at, expires_at, used_at, terminal_id) VALUES ('eeabb60098e6922a1bab7c2e703a4a65f335c4bc60cd20c52c2b7b8f3ddee233', 'vasa-checkout', 1795276800000, 1795536000000, 1795276800000, 'd08b5852ab7a');
INSERT INTO events (location_id, journal_id, seq, chain, at, kind, about, value) VALUES ('kamppi', 42, 10, -5721543235663954417, 1795263000000, 'event', 'booted', '1');
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('kamppi', 42, '808f34963b34', 'kamppi-checkout', 11, -1995264476685280190, 10, 1795276800000, 1795276800000);
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('kamppi', 177, 'bcae45a7ed13', 'kamppi-entrance', 2, 6074542436351608456, 2, 1795276800000, 1795276800000);
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('kamppi', 178, 'bcae45a7ed13', 'kamppi-entrance', 2, 9036287326375611789, 1, 1795276800000, 1795276800000);
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('kamppi', 240, 'bcae45a7ed13', 'kamppi-entrance', 1, 2939807856068466620, 1, 1795276800000, 1795276800000);
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('tapiola', 161, '8b12fb6909c0', 'tapiola-checkout', 5, 134863304854329059, 3, 1795276800000, 1795276800000);
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('vasa', 36893, '0704295c012a', 'vasa-checkout', 3, -6236367410955462143, 3, 1795276800001, 1795276800001);
INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers, first_seen_at, last_seen_at) VALUES ('vasa', 36909, 'd08b5852ab7a', 'vasa-checkout', 2, 7747032422233451369, 2, 1795276800002, 1795276800002);
INSERT INTO locations (location_id, region_id, name, time_zone, target) VALUES ('kamppi', 'uusimaa', 'Kamppi', 'Europe/Helsinki', 90);
INSERT INTO locations (location_id, region_id, name, time_zone, target) VALUES ('tapiola', 'uusimaa', 'Tapiola', 'Europe/Helsinki', NULL);
INSERT INTO locations (location_id, region_id, name, time_zone, target) VALUES ('vasa', 'ostrobothnia', 'Vasa', 'Europe/Stockholm', NULL);
INSERT INTO migrations (name) VALUES ('0001_begin.sql');
INSERT INTO missing_ranges (location_id, journal_id, first_seq, last_seq, found_at) VALUES ('tapiola', 161, 2, 3, 1795276800000);
INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, made_at, ended_at) VALUES ('aino', 'Aino', 'aino', 'manager', '$argon2id$v=19$m=65536,t=3,p=4$0Otm7GITF0RM5bxL3DeVwQ$o8lHUdyD53tIxHhGjjerRNKJ7FkG3Oz1IJa9vRsFNLc', 'en', 0, NULL);
INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, made_at, ended_at) VALUES ('bo', 'Bo', 'bo', 'area', '$argon2id$v=19$m=65536,t=3,p=4$0Otm7GITF0RM5bxL3DeVwQ$o8lHUdyD53tIxHhGjjerRNKJ7FkG3Oz1IJa9vRsFNLc', 'en', 0, NULL);
INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, made_at, ended_at) VALUES ('cilla', 'Cilla', 'cilla', 'it', '$argon2id$v=19$m=65536,t=3,p=4$0Otm7GITF0RM5bxL3DeVwQ$o8lHUdyD53tIxHhGjjerRNKJ7FkG3Oz1IJa9vRsFNLc', 'en', 0, NULL);
INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, made_at, ended_at) VALUES ('dag', 'Dag', 'dag', 'manager', '$argon2id$v=19$m=65536,t=3,p=4$0Otm7GITF0RM5bxL3DeVwQ$o8lHUdyD53tIxHhGjjerRNKJ7FkG3Oz1IJa9vRsFNLc', 'en', 0, NULL);
INSERT INTO people (person_id, name, sign_in_name, role, password_hash, language, made_at, ended_at) VALUES ('eeva', 'Eeva', 'eeva', 'chain', '$argon2id$v=19$m=65536,t=3,p=4$0Otm7GITF0RM5bxL3DeVwQ$o8lHUdyD53tIxHhGjjerRNKJ7FkG3Oz1IJa9vRsFNLc', 'en', 0, NULL);
INSERT INTO person_places (person_id, place_id) VALUES ('aino', 'kamppi');
INSERT INTO person_places (person_id, place_id) VALUES ('bo', 'uusimaa');
INSERT INTO person_places (person_id, place_id) VALUES ('dag', 'vasa');
INSERT INTO quarantine (location_id, journal_id, seq, chain, reason, entry, received_at) VALUES ('kamppi', 42, 9, 7797254837641883561, 'Question overall (smiley5) takes 1 to 5, not 7.', '[9,9,540000,7,["answer","overall","shop@1","fi","touch",1,1795262400007],""]', 1795276800000);
INSERT INTO regions (region_id, name) VALUES ('ostrobothnia', 'Ostrobothnia');
INSERT INTO regions (region_id, name) VALUES ('uusimaa', 'Uusimaa');
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-checkout', 14, 1, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-checkout', 14, 3, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-checkout', 14, 4, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-checkout', 14, 5, 2);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-entrance', 14, 1, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-entrance', 14, 2, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-entrance', 14, 4, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'overall', 'kamppi-entrance', 14, 5, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'which', 'kamppi-checkout', 14, 1, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'which', 'kamppi-checkout', 14, 3, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'why', 'kamppi-checkout', 14, 1, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-21', 'words', 'kamppi-checkout', 14, 0, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('kamppi', '2026-11-22', 'overall', 'kamppi-checkout', 1, 2, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('tapiola', '2026-11-21', 'overall', 'tapiola-checkout', 14, 1, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('tapiola', '2026-11-21', 'overall', 'tapiola-checkout', 14, 2, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('tapiola', '2026-11-21', 'overall', 'tapiola-checkout', 14, 5, 1);
INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers) VALUES ('vasa', '2026-11-18', 'overall', 'vasa-checkout', 12, 5, 5);
INSERT INTO secrets (purpose, secret) VALUES ('forms', '250e69086acce2eb27dceeebb401196cd631c2b709dc8027393a61fc736f1ce9');
INSERT INTO sessions (session_hash, content, expires_at) VALUES ('0000000000000000000000000000000000000000000000000000000000000000', '{"person_id":"aino","password":"x"}', 1796276800000);
INSERT INTO surveys (survey_id, version, survey) VALUES ('shop', 1, '{"survey_id":"shop","version":1,"languages":["fi","sv","en"],"questions":[{"question_id":"overall","kind":"smiley5","text":{"en":"How did it go today?","fi":"Miten tänään meni?","sv":"Hur gick det i dag?"},"choices":[]},{"question_id":"why","kind":"single","text":{"en":"What went wrong?","fi":"Mikä meni vikaan?","sv":"Vad gick fel?"},"choices":[{"choice_id":"waiting","text":{"en":"Waiting at the checkout","fi":"Jono kassalla","sv":"Kön till kassan"}},{"choice_id":"finding","text":{"en":"Could not find it","fi":"En löytänyt etsimääni","sv":"Hittade inte varan"}},{"choice_id":"service","text":{"en":"Service","fi":"Palvelu","sv":"Betjäningen"}}]},{"question_id":"words","kind":"text","text":{"en":"Tell us more","fi":"Kerro lisää","sv":"Berätta mera"},"choices":[]},{"question_id":"which","kind":"multiple","text":{"en":"What went wrong?","fi":"Mikä meni vikaan?","sv":"Vad gick fel?"},"choices":[{"choice_id":"a","text":{"en":"What went wrong?","fi":"Mikä meni vikaan?","sv":"Vad gick fel?"}},{"choice_id":"b","text":{"en":"What went wrong?","fi":"Mikä meni vikaan?","sv":"Vad gick fel?"}},{"choice_id":"c","text":{"en":"What went wrong?","fi":"Mikä meni vikaan?","sv":"Vad gick fel?"}}]}],"follow_ups":[]}');
INSERT INTO terminal_states (terminal_id, last_exchange_at, version, configuration, journal_id, pressed, stored, waiting, devices) VALUES ('0704295c012a', 1795276800001, '0.1.0', '', 36893, 3, 3, 0, '{}');
INSERT INTO terminal_states (terminal_id, last_exchange_at, version, configuration, journal_id, pressed, stored, waiting, devices) VALUES ('808f34963b34', 1795276800000, '', '', 42, 0, 0, 0, '{}');
INSERT INTO terminal_states (terminal_id, last_exchange_at, version, configuration, journal_id, pressed, stored, waiting, devices) VALUES ('8b12fb6909c0', 1795276800000, '', '', 161, 0, 0, 0, '{}');
INSERT INTO terminal_states (terminal_id, last_exchange_at, version, configuration, journal_id, pressed, stored, waiting, devices) VALUES ('bcae45a7ed13', 1795276800000, '', '', 178, 0, 0, 0, '{}');
INSERT INTO terminal_states (terminal_id, last_exchange_at, version, configuration, journal_id, pressed, stored, waiting, devices) VALUES ('d08b5852ab7a', 1795276800002, '0.1.0', '', 36909, 2, 2, 0, '{}');
INSERT INTO terminals (terminal_id, location_id, touchpoint_id, name, token_hash, enrolled_at, revoked_at) VALUES ('0704295c012a', 'vasa', 'vasa-checkout', 'Golden', '3d4ee2c2c5688ef85fd7e49d2e45fa8c1a2df490ae0b9e0a119fa9c9e33ba55f', 1795276800000, NULL);
INSERT INTO terminals (terminal_id, location_id, touchpoint_id, name, token_hash, enrolled_at, revoked_at) VALUES ('808f34963b34', 'kamppi', 'kamppi-checkout', 'kamppi-checkout', 'b650f6844c9c16d884fd147bfef546a76943b7f201207bde4b540d2a300ee49a', 1795276800000, NULL);
INSERT INTO terminals (terminal_id, location_id, touchpoint_id, name, token_hash, enrolled_at, revoked_at) VALUES ('8b12fb6909c0', 'tapiola', 'tapiola-checkout', 'tapiola-checkout', 'e2d87af38b9d3db7972a398d783ff507e02ef0cf64d20b16d80432bfe854d060', 1795276800000, NULL);
INSERT INTO terminals (terminal_id, location_id, touchpoint_id, name, token_hash, enrolled_at, revoked_at) VALUES ('bcae45a7ed13', 'kamppi', 'kamppi-entrance', 'kamppi-entrance', '3f8707caee9a8d2c2979ba9387b1a752008bdcafdc0e5fb5e4cee03b66fe2d02', 1795276800000, NULL);
INSERT INTO terminals (terminal_id, location_id, touchpoint_id, name, token_hash, enrolled_at, revoked_at) VALUES ('d08b5852ab7a', 'vasa', 'vasa-checkout', 'Gone', '5d413eeb10258061dd04608cde773c0b3baacd3d48e826fe8ab2d2fcd81979f9', 1795276800000, 1795276800003);
INSERT INTO texts (location_id, at, journal_id, seq, touchpoint_id, question_id, language, text, score) VALUES ('kamppi', 1795262580000, 42, 3, 'kamppi-checkout', 'words', 'fi', 'Jono oli pitkä, it''s 100 % 🙂', 1);
INSERT INTO touchpoints (touchpoint_id, location_id, name, phase, survey_id) VALUES ('kamppi-checkout', 'kamppi', 'Checkout', 'checkout', 'shop');
INSERT INTO touchpoints (touchpoint_id, location_id, name, phase, survey_id) VALUES ('kamppi-entrance', 'kamppi', 'Entrance', 'entrance', 'shop');
INSERT INTO touchpoints (touchpoint_id, location_id, name, phase, survey_id) VALUES ('tapiola-checkout', 'tapiola', 'Checkout', 'checkout', 'shop');
INSERT INTO touchpoints (touchpoint_id, location_id, name, phase, survey_id) VALUES ('vasa-checkout', 'vasa', 'Checkout', 'checkout', 'shop');
