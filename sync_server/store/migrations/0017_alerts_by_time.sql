-- What is over lies among very many: looked for every minute, and on the page of alerts.
CREATE INDEX alerts_gone ON alerts (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX alerts_closed ON alerts (closed_at) WHERE closed_at IS NOT NULL;
