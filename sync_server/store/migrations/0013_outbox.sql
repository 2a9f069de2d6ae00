-- What goes out by itself: letters, and calls to webhooks. One cause, one row; it stays when it was sent, so that
-- nothing goes out twice. Small: the content goes when it was sent.
CREATE TABLE outbox (
    cause TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,                 -- mail, webhook
    receiver TEXT NOT NULL,             -- as people may read it
    content TEXT NOT NULL,              -- JSON, empty when it was sent
    message_id TEXT NOT NULL,           -- the same at every attempt
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,             -- when to try, or whoever has taken it is taken for dead
    give_up_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',    -- of the last failure
    sent_at BIGINT,
    failed_at BIGINT                    -- given up
);
CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
