CREATE SCHEMA IF NOT EXISTS `hooksift`;
CREATE TABLE IF NOT EXISTS `hooksift`.`observations` (
  `date` DATE NOT NULL OPTIONS (description = 'Local date of the start of the window'),
  `environment` INT64 OPTIONS (description = 'Flagsmith\'s id of the environment; null where nothing names it'),
  `identity` STRING NOT NULL OPTIONS (description = 'Flagsmith\'s identifier of the identity, or its pseudonym'),
  `window_start` TIMESTAMP NOT NULL OPTIONS (description = 'Start of the window'),
  `flag_state` STRING NOT NULL OPTIONS (description = 'Digest of the flags; the key of flag_states'),
  `segment_state` STRING NOT NULL OPTIONS (description = 'Digest of the segments; the key of segment_states'),
  `first_at` TIMESTAMP NOT NULL OPTIONS (description = 'Earliest time received'),
  `last_at` TIMESTAMP NOT NULL OPTIONS (description = 'Latest time received'),
  `deliveries` INT64 NOT NULL OPTIONS (description = 'Verified deliveries, repeats included')
)
PARTITION BY `date`
CLUSTER BY `environment`, `identity`, `window_start`, `flag_state`
OPTIONS (description = 'Who had which flags and segments in which window, and how often that was seen');
TRUNCATE TABLE `hooksift`.`observations`;
LOAD DATA INTO `hooksift`.`observations`
FROM FILES (format = 'PARQUET', uris = ['gs://your-bucket/hooksift-out/lake/observations/*'], hive_partition_uri_prefix = 'gs://your-bucket/hooksift-out/lake/observations')
WITH PARTITION COLUMNS (`date` DATE);
CREATE OR REPLACE VIEW `hooksift`.`observation_segments`
OPTIONS (description = 'One row per observation and segment') AS
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
JOIN `hooksift`.`segment_states` AS s ON s.`segment_state` = o.`segment_state`;
