CREATE SCHEMA IF NOT EXISTS `hooksift`;
CREATE OR REPLACE VIEW `hooksift`.`observations` (
  `date` COMMENT 'Local date of the start of the window',
  `environment` COMMENT 'Flagsmith\'s id of the environment; null where nothing names it',
  `identity` COMMENT 'Flagsmith\'s identifier of the identity, or its pseudonym',
  `window_start` COMMENT 'Start of the window',
  `flag_state` COMMENT 'Digest of the flags; the key of flag_states',
  `segment_state` COMMENT 'Digest of the segments; the key of segment_states',
  `first_at` COMMENT 'Earliest time received',
  `last_at` COMMENT 'Latest time received',
  `deliveries` COMMENT 'Verified deliveries, repeats included'
)
COMMENT 'Who had which flags and segments in which window, and how often that was seen'
AS SELECT
  CAST(`date` AS DATE) AS `date`,
  CAST(`environment` AS BIGINT) AS `environment`,
  CAST(`identity` AS STRING) AS `identity`,
  CAST(`window_start` AS TIMESTAMP) AS `window_start`,
  CAST(`flag_state` AS STRING) AS `flag_state`,
  CAST(`segment_state` AS STRING) AS `segment_state`,
  CAST(`first_at` AS TIMESTAMP) AS `first_at`,
  CAST(`last_at` AS TIMESTAMP) AS `last_at`,
  CAST(`deliveries` AS BIGINT) AS `deliveries`
FROM parquet.`/srv/it's/lake/observations`;
CREATE OR REPLACE VIEW `hooksift`.`observation_segments`
COMMENT 'One row per observation and segment'
AS SELECT
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
JOIN `hooksift`.`segment_states` AS s ON s.`segment_state` = o.`segment_state`;
