-- Scores each flight when it falls due, from month ${SCORED_FROM} on. A job takes its model at the first row that needs it: until training has put one
-- into models/, no row comes that far; should it still be missing then, this job alone waits for it, and goes on where it stood.

CREATE TABLE asked (
  flight_id BIGINT, origin STRING, carrier STRING, scheduled BIGINT, known BIGINT, `month` INT, weekday INT, `hour` INT, distance INT,
  origin_code INT, carrier_code INT, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE,
  origin_departures BIGINT, origin_delay DOUBLE, carrier_departures BIGINT, carrier_delay DOUBLE, leg_delay DOUBLE, leg_age_min BIGINT,
  plane_built BIGINT, plane_seats BIGINT
) WITH ('connector' = 'kafka', 'topic' = 'flights.asked', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE MODEL delay
INPUT (`month` INT, weekday INT, `hour` INT, distance INT, origin_code INT, carrier_code INT, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE,
  pressure DOUBLE, visib DOUBLE, origin_departures BIGINT, origin_delay DOUBLE, carrier_departures BIGINT, carrier_delay DOUBLE, leg_delay DOUBLE, leg_age_min BIGINT,
  plane_built BIGINT, plane_seats BIGINT)
OUTPUT (score DOUBLE)
WITH ('provider' = 'freshet');

CREATE VIEW scored AS SELECT * FROM asked WHERE `month` >= ${SCORED_FROM};

CREATE TABLE predictions (
  flight_id BIGINT, origin STRING, carrier STRING, scheduled BIGINT, known BIGINT, score DOUBLE
) WITH ('connector' = 'kafka', 'topic' = 'flights.predictions', 'format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'properties.compression.type' = 'lz4');

INSERT INTO predictions
SELECT flight_id, origin, carrier, scheduled, known, score
FROM ML_PREDICT(TABLE scored, MODEL delay, DESCRIPTOR(`month`, weekday, `hour`, distance, origin_code, carrier_code, temp, humid, wind_speed, precip,
  pressure, visib, origin_departures, origin_delay, carrier_departures, carrier_delay, leg_delay, leg_age_min,
  plane_built, plane_seats));
