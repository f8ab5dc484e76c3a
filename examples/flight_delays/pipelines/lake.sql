-- What was known of each flight when it fell due, what was predicted, and what came of it: appended to Iceberg tables, a few snapshots a minute.
SET 'execution.checkpointing.interval' = '5 s';

CREATE TABLE asked (
  flight_id BIGINT, origin STRING, carrier STRING, tailnum STRING, scheduled BIGINT, known BIGINT, `month` INT, weekday INT, `hour` INT, distance INT,
  origin_code INT, carrier_code INT, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE,
  origin_departures BIGINT, origin_delay DOUBLE, carrier_departures BIGINT, carrier_delay DOUBLE, leg_delay DOUBLE, leg_age_min BIGINT,
  plane_built BIGINT, plane_seats BIGINT
) WITH ('connector' = 'kafka', 'topic' = 'flights.asked', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE departures (
  flight_id BIGINT, origin STRING, carrier STRING, delay DOUBLE, known BIGINT
) WITH ('connector' = 'kafka', 'topic' = 'flights.departures', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE predictions (
  flight_id BIGINT, origin STRING, carrier STRING, scheduled BIGINT, known BIGINT, score DOUBLE
) WITH ('connector' = 'kafka', 'topic' = 'flights.predictions', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE asked_lake (
  flight_id BIGINT, origin STRING, carrier STRING, tailnum STRING, scheduled BIGINT, known BIGINT, `month` INT, weekday INT, `hour` INT, distance INT,
  origin_code INT, carrier_code INT, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE,
  origin_departures BIGINT, origin_delay DOUBLE, carrier_departures BIGINT, carrier_delay DOUBLE, leg_delay DOUBLE, leg_age_min BIGINT,
  plane_built BIGINT, plane_seats BIGINT
) WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', 'warehouse' = '${WAREHOUSE}', 'catalog-database' = 'flights', 'catalog-table' = 'asked');

CREATE TABLE outcomes_lake (
  flight_id BIGINT, origin STRING, carrier STRING, delay DOUBLE, known BIGINT
) WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', 'warehouse' = '${WAREHOUSE}', 'catalog-database' = 'flights', 'catalog-table' = 'outcomes');

CREATE TABLE predictions_lake (
  flight_id BIGINT, origin STRING, carrier STRING, scheduled BIGINT, known BIGINT, score DOUBLE
) WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake', 'warehouse' = '${WAREHOUSE}', 'catalog-database' = 'flights', 'catalog-table' = 'predictions');

EXECUTE STATEMENT SET BEGIN
INSERT INTO asked_lake SELECT * FROM asked;
INSERT INTO outcomes_lake SELECT * FROM departures WHERE origin IS NOT NULL;
INSERT INTO predictions_lake SELECT * FROM predictions;
END;
