CREATE DATABASE IF NOT EXISTS `hooksift`;
CREATE TABLE IF NOT EXISTS `hooksift`.`observations` (
  `date` Date COMMENT 'Local date of the start of the window',
  `environment` Nullable(Int64) COMMENT 'Flagsmith\'s id of the environment; null where nothing names it',
  `identity` String COMMENT 'Flagsmith\'s identifier of the identity, or its pseudonym',
  `window_start` DateTime64(6, 'UTC') COMMENT 'Start of the window',
  `flag_state` String COMMENT 'Digest of the flags; the key of flag_states',
  `segment_state` String COMMENT 'Digest of the segments; the key of segment_states',
  `first_at` DateTime64(6, 'UTC') COMMENT 'Earliest time received',
  `last_at` DateTime64(6, 'UTC') COMMENT 'Latest time received',
  `deliveries` Int64 COMMENT 'Verified deliveries, repeats included'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(`date`)
ORDER BY (`date`, `environment`, `identity`, `window_start`, `flag_state`, `segment_state`)
SETTINGS allow_nullable_key = 1
COMMENT 'Who had which flags and segments in which window, and how often that was seen';
TRUNCATE TABLE `hooksift`.`observations`;
INSERT INTO `hooksift`.`observations` (`date`, `environment`, `identity`, `window_start`, `flag_state`, `segment_state`, `first_at`, `last_at`, `deliveries`)
SELECT
  toDate(extract(_path, '/observations/date=([0-9-]{10})/')) AS `date`,
  `environment`,
  `identity`,
  `window_start`,
  `flag_state`,
  `segment_state`,
  `first_at`,
  `last_at`,
  `deliveries`
FROM file('/srv/it\'s/lake/observations/date=*/observations.parquet', 'Parquet');
CREATE OR REPLACE VIEW `hooksift`.`observation_segments` AS
SELECT
  o.`date` AS `date`,
  o.`environment` AS `environment`,
  o.`identity` AS `identity`,
  o.`window_start` AS `window_start`,
  o.`first_at` AS `first_at`,
  o.`last_at` AS `last_at`,
  o.`deliveries` AS `deliveries`,
  s.`segment_id` AS `segment_id`,
  s.`segment` AS `segment`,
  s.`member` AS `member`
FROM `hooksift`.`observations` AS o
JOIN `hooksift`.`segment_states` AS s ON s.`segment_state` = o.`segment_state`
COMMENT 'One row per observation and segment';
