CREATE SCHEMA IF NOT EXISTS "hooksift";
CREATE TABLE IF NOT EXISTS "hooksift"."observations" (
  "date" date NOT NULL,
  "environment" bigint,
  "identity" text NOT NULL,
  "window_start" timestamp with time zone NOT NULL,
  "flag_state" text NOT NULL,
  "segment_state" text NOT NULL,
  "first_at" timestamp with time zone NOT NULL,
  "last_at" timestamp with time zone NOT NULL,
  "deliveries" bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS "observations_date_environment_idx" ON "hooksift"."observations" USING btree ("date", "environment");
COMMENT ON TABLE "hooksift"."observations" IS 'Who had which flags and segments in which window, and how often that was seen';
COMMENT ON COLUMN "hooksift"."observations"."date" IS 'Local date of the start of the window';
COMMENT ON COLUMN "hooksift"."observations"."environment" IS 'Flagsmith''s id of the environment; null where nothing names it';
COMMENT ON COLUMN "hooksift"."observations"."identity" IS 'Flagsmith''s identifier of the identity, or its pseudonym';
COMMENT ON COLUMN "hooksift"."observations"."window_start" IS 'Start of the window';
COMMENT ON COLUMN "hooksift"."observations"."flag_state" IS 'Digest of the flags; the key of flag_states';
COMMENT ON COLUMN "hooksift"."observations"."segment_state" IS 'Digest of the segments; the key of segment_states';
COMMENT ON COLUMN "hooksift"."observations"."first_at" IS 'Earliest time received';
COMMENT ON COLUMN "hooksift"."observations"."last_at" IS 'Latest time received';
COMMENT ON COLUMN "hooksift"."observations"."deliveries" IS 'Verified deliveries, repeats included';
\set ON_ERROR_STOP on
BEGIN;
TRUNCATE "hooksift"."observations";
\copy "hooksift"."observations" ("date", "environment", "identity", "window_start", "flag_state", "segment_state", "first_at", "last_at", "deliveries") from program 'hooksift export observations --config /dev/null --output ''/srv/it''\''''s'' --format csv --formulas raw --replace-nul' with (format csv, header)
COMMIT;
CREATE OR REPLACE VIEW "hooksift"."observation_segments" AS
SELECT
  o."date" AS "date",
  o."environment" AS "environment",
  o."identity" AS "identity",
  o."window_start" AS "window_start",
  o."first_at" AS "first_at",
  o."last_at" AS "last_at",
  o."deliveries" AS "deliveries",
  s."segment_id" AS "segment_id",
  s."segment" AS "segment",
  s."member" AS "member"
FROM "hooksift"."observations" AS o
JOIN "hooksift"."segment_states" AS s ON s."segment_state" = o."segment_state";
COMMENT ON VIEW "hooksift"."observation_segments" IS 'One row per observation and segment';
