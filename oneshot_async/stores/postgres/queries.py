"""What an inbox asks of PostgreSQL: one statement for each thing, each all or nothing.

Whoever numbers something holds the lock of the only row of ``oneshot_store`` from then
until it can be seen. So numbers are seen in their order, by whoever looks.
"""

PAGE = 200
"""Events read at a time: as many as are made out of text without a hitch."""

POSITION = "SELECT last_sequence FROM oneshot_store"

APPEND = """
WITH given AS (
    SELECT DISTINCT ON (dedupe_key) *
    FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[])
        WITH ORDINALITY AS given (dedupe_key, pk, correlation, event, place)
    ORDER BY dedupe_key, place
), contradicting AS (
    SELECT dedupe_key
    FROM given JOIN oneshot_bindings AS binding USING (correlation)
    WHERE binding.pk <> given.pk
), fresh AS (
    SELECT *, row_number() OVER (ORDER BY place) AS nth
    FROM given
    WHERE NOT EXISTS (
        SELECT FROM oneshot_events AS kept WHERE kept.dedupe_key = given.dedupe_key
    ) AND dedupe_key NOT IN (SELECT dedupe_key FROM contradicting)
), taken AS (
    UPDATE oneshot_store
    SET last_sequence = last_sequence + (SELECT count(*) FROM fresh)
    RETURNING last_sequence - (SELECT count(*) FROM fresh) AS before
), kept AS (
    -- What another process has kept since this statement began conflicts.
    INSERT INTO oneshot_events
        (sequence, dedupe_key, pk, correlation, origin, received_at, event)
    SELECT before + nth, dedupe_key, pk, correlation, $5, clock_timestamp(), event
    FROM taken, fresh
    ORDER BY nth
    ON CONFLICT (dedupe_key) DO NOTHING
    RETURNING dedupe_key, sequence
)
SELECT dedupe_key, sequence, (SELECT pg_notify($6, $5))::text FROM kept
UNION ALL
SELECT dedupe_key, NULL, NULL FROM contradicting
"""
"""A contradicting event has no number; a duplicate is not among what is returned."""

ALL = """
SELECT sequence, received_at, event FROM oneshot_events
WHERE sequence > $1 ORDER BY sequence LIMIT $2
"""

OF_PK = """
SELECT sequence, received_at, event FROM oneshot_events
WHERE pk = $2 AND sequence > $1
UNION ALL
SELECT sequence, received_at, event
FROM oneshot_events JOIN oneshot_bindings AS binding USING (correlation)
WHERE binding.pk = $2 AND oneshot_events.pk IS NULL AND sequence > $1
ORDER BY sequence LIMIT $3
"""

OF_CORRELATION = """
SELECT sequence, received_at, event FROM oneshot_events
WHERE correlation = $2 AND sequence > $1 ORDER BY sequence LIMIT $3
"""

# The last number too, in the same look: what there is up to it has then been seen.
OF_OTHERS = """
SELECT last_sequence, sequence, received_at, event
FROM oneshot_store LEFT JOIN LATERAL (
    SELECT sequence, received_at, event FROM oneshot_events
    WHERE sequence > $1 AND origin <> $2 ORDER BY sequence LIMIT $3
) AS news ON true
ORDER BY sequence
"""

IN_DOUBT = """
SELECT dedupe_key, sequence, received_at, event FROM oneshot_events
WHERE dedupe_key = ANY($1::text[]) AND origin = $2 ORDER BY sequence
"""

BIND = """
INSERT INTO oneshot_bindings (correlation, pk, made_at)
VALUES ($1, $2, clock_timestamp()) ON CONFLICT (correlation) DO NOTHING
"""

BOUND = "SELECT correlation, pk FROM oneshot_bindings WHERE correlation = ANY($1)"

PUT_ASIDE = """
WITH taken AS (
    UPDATE oneshot_store SET last_put_aside = last_put_aside + 1
    RETURNING last_put_aside
)
INSERT INTO oneshot_quarantine (number, body, reason, correlation, received_at)
SELECT last_put_aside, $1, $2, $3, clock_timestamp() FROM taken
"""

PUT_ASIDE_AFTER = """
SELECT number, body, reason, correlation, received_at FROM oneshot_quarantine
WHERE number > $1 ORDER BY number LIMIT $2
"""

RELEASE = "DELETE FROM oneshot_quarantine WHERE number = $1"

PRUNE = """
WITH pks AS (
    SELECT unnest($2::bigint[]) AS pk
    UNION SELECT pk FROM oneshot_bindings WHERE correlation = ANY($3::text[])
), correlations AS (
    SELECT unnest($3::text[]) AS correlation
    UNION SELECT correlation FROM oneshot_bindings WHERE pk IN (SELECT pk FROM pks)
), old AS (
    DELETE FROM oneshot_events
    WHERE received_at < $1
        AND (pk IS NULL OR pk NOT IN (SELECT pk FROM pks))
        AND (correlation IS NULL
            OR correlation NOT IN (SELECT correlation FROM correlations))
    RETURNING sequence
), unused AS (
    DELETE FROM oneshot_bindings AS binding
    WHERE made_at < $1
        AND correlation NOT IN (SELECT correlation FROM correlations)
        AND NOT EXISTS (
            SELECT FROM oneshot_events AS event
            WHERE event.correlation = binding.correlation
                AND (received_at >= $1 OR event.pk IN (SELECT pk FROM pks))
        )
), released AS (
    DELETE FROM oneshot_quarantine WHERE received_at < $1
)
SELECT count(*) FROM old
"""
