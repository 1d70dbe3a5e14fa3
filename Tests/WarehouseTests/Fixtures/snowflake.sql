CREATE SCHEMA IF NOT EXISTS "HOOKSIFT";
CREATE STAGE IF NOT EXISTS "HOOKSIFT"."HOOKSIFT_FILES"
  URL = 's3://your-bucket/hooksift-out/'
  FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);
CREATE TABLE IF NOT EXISTS "HOOKSIFT"."OBSERVATIONS" (
  "DATE" DATE NOT NULL COMMENT 'Local date of the start of the window',
  "ENVIRONMENT" BIGINT COMMENT 'Flagsmith\'s id of the environment; null where nothing names it',
  "IDENTITY" VARCHAR NOT NULL COMMENT 'Flagsmith\'s identifier of the identity, or its pseudonym',
  "WINDOW_START" TIMESTAMP_LTZ(6) NOT NULL COMMENT 'Start of the window',
  "FLAG_STATE" VARCHAR NOT NULL COMMENT 'Digest of the flags; the key of flag_states',
  "SEGMENT_STATE" VARCHAR NOT NULL COMMENT 'Digest of the segments; the key of segment_states',
  "FIRST_AT" TIMESTAMP_LTZ(6) NOT NULL COMMENT 'Earliest time received',
  "LAST_AT" TIMESTAMP_LTZ(6) NOT NULL COMMENT 'Latest time received',
  "DELIVERIES" BIGINT NOT NULL COMMENT 'Verified deliveries, repeats included'
)
CLUSTER BY ("DATE", "ENVIRONMENT")
COMMENT = 'Who had which flags and segments in which window, and how often that was seen';
BEGIN;
DELETE FROM "HOOKSIFT"."OBSERVATIONS";
COPY INTO "HOOKSIFT"."OBSERVATIONS" ("DATE", "ENVIRONMENT", "IDENTITY", "WINDOW_START", "FLAG_STATE", "SEGMENT_STATE", "FIRST_AT", "LAST_AT", "DELIVERIES")
FROM (
SELECT
  TO_DATE(REGEXP_SUBSTR(METADATA$FILENAME, 'observations/date=([0-9-]{10})/', 1, 1, 'e')) AS "DATE",
  $1:"environment"::BIGINT AS "ENVIRONMENT",
  $1:"identity"::VARCHAR AS "IDENTITY",
  $1:"window_start"::TIMESTAMP_LTZ(6) AS "WINDOW_START",
  $1:"flag_state"::VARCHAR AS "FLAG_STATE",
  $1:"segment_state"::VARCHAR AS "SEGMENT_STATE",
  $1:"first_at"::TIMESTAMP_LTZ(6) AS "FIRST_AT",
  $1:"last_at"::TIMESTAMP_LTZ(6) AS "LAST_AT",
  $1:"deliveries"::BIGINT AS "DELIVERIES"
FROM @"HOOKSIFT"."HOOKSIFT_FILES"/lake/observations/
)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE) FORCE = TRUE;
COMMIT;
CREATE OR REPLACE VIEW "HOOKSIFT"."OBSERVATION_SEGMENTS"
COMMENT = 'One row per observation and segment' AS
SELECT
  o."DATE" AS "DATE",
  o."ENVIRONMENT" AS "ENVIRONMENT",
  o."IDENTITY" AS "IDENTITY",
  o."WINDOW_START" AS "WINDOW_START",
  o."FIRST_AT" AS "FIRST_AT",
  o."LAST_AT" AS "LAST_AT",
  o."DELIVERIES" AS "DELIVERIES",
  s."SEGMENT_ID" AS "SEGMENT_ID",
  s."SEGMENT" AS "SEGMENT",
  s."MEMBER" AS "MEMBER"
FROM "HOOKSIFT"."OBSERVATIONS" AS o
JOIN "HOOKSIFT"."SEGMENT_STATES" AS s ON s."SEGMENT_STATE" = o."SEGMENT_STATE";
