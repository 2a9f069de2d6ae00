-- Viewers, managers and area managers may have regions beside locations. The chain's own people are owners.
CREATE TABLE person_regions (
    person_id TEXT NOT NULL,
    region_id TEXT NOT NULL,
    PRIMARY KEY (person_id, region_id)
);
INSERT INTO person_regions (person_id, region_id)
    SELECT a.person_id, a.place_id FROM person_places a JOIN people p ON p.person_id = a.person_id
    WHERE p.role = 'area';
DELETE FROM person_places WHERE person_id IN (SELECT person_id FROM people WHERE role = 'area');
UPDATE people SET role = 'owner' WHERE role = 'chain';

-- Where reports and alerts go; empty: nowhere.
ALTER TABLE people ADD COLUMN email TEXT NOT NULL DEFAULT '';
