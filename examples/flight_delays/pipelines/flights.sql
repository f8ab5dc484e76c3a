-- What is known at each moment, and all of it for every flight when it falls due, one hour before its scheduled departure. A row's time is
-- `known`: when its content became known, not what it speaks of. Heartbeats have no origin.

CREATE TABLE due (
  flight_id BIGINT, origin STRING, carrier STRING, dest STRING, tailnum STRING, flight INT, distance INT,
  scheduled BIGINT, scheduled_arrival BIGINT, `month` INT, weekday INT, `hour` INT, known BIGINT, asked_at AS PROCTIME(),
  known_time AS TO_TIMESTAMP_LTZ(known, 3), WATERMARK FOR known_time AS known_time - INTERVAL '0.001' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'flights.due', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE departures (
  flight_id BIGINT, origin STRING, carrier STRING, dest STRING, tailnum STRING, scheduled BIGINT, delay DOUBLE, known BIGINT,
  known_time AS TO_TIMESTAMP_LTZ(known, 3), WATERMARK FOR known_time AS known_time - INTERVAL '0.001' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'flights.departures', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE landings (
  flight_id BIGINT, origin STRING, carrier STRING, dest STRING, tailnum STRING, scheduled_arrival BIGINT, delay DOUBLE, known BIGINT,
  known_time AS TO_TIMESTAMP_LTZ(known, 3), WATERMARK FOR known_time AS known_time - INTERVAL '0.001' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'flights.landings', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE weather (
  origin STRING, observed BIGINT, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE, known BIGINT,
  known_time AS TO_TIMESTAMP_LTZ(known, 3), WATERMARK FOR known_time AS known_time - INTERVAL '0.001' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'flights.weather', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

-- Rolling delay and congestion: of the last hour at an origin, of the last three for each of its carriers.
CREATE VIEW origin_rolling AS
SELECT origin, known, known_time, COUNT(*) OVER w AS origin_departures, AVG(delay) OVER w AS origin_delay
FROM departures WHERE origin IS NOT NULL
WINDOW w AS (PARTITION BY origin ORDER BY known_time RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);

CREATE VIEW carrier_rolling AS
SELECT origin, carrier, known, known_time, COUNT(*) OVER w AS carrier_departures, AVG(delay) OVER w AS carrier_delay
FROM departures WHERE origin IS NOT NULL
WINDOW w AS (PARTITION BY origin, carrier ORDER BY known_time RANGE BETWEEN INTERVAL '3' HOUR PRECEDING AND CURRENT ROW);

-- The newest row of each key, with all versions it had: what temporal joins look into.
CREATE VIEW origin_now AS
SELECT origin, known, known_time, origin_departures, origin_delay
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY known_time DESC) AS n FROM origin_rolling) WHERE n = 1;

CREATE VIEW carrier_now AS
SELECT origin, carrier, known, known_time, carrier_departures, carrier_delay
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY origin, carrier ORDER BY known_time DESC) AS n FROM carrier_rolling) WHERE n = 1;

CREATE VIEW weather_now AS
SELECT origin, known, known_time, temp, humid, wind_speed, precip, pressure, visib
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY known_time DESC) AS n FROM weather WHERE origin IS NOT NULL) WHERE n = 1;

CREATE VIEW leg_now AS
SELECT tailnum, known, known_time, delay AS leg_delay
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY tailnum ORDER BY known_time DESC) AS n FROM landings WHERE tailnum IS NOT NULL) WHERE n = 1;

-- Online: the same rows by key.
CREATE TABLE origin_features (
  origin STRING, origin_departures BIGINT, origin_delay DOUBLE, known BIGINT, PRIMARY KEY (origin) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', 'topic' = 'origin_features', 'key.format' = 'json', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'properties.compression.type' = 'lz4');

CREATE TABLE carrier_features (
  origin STRING, carrier STRING, carrier_departures BIGINT, carrier_delay DOUBLE, known BIGINT, PRIMARY KEY (origin, carrier) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', 'topic' = 'carrier_features', 'key.format' = 'json', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'properties.compression.type' = 'lz4');

CREATE TABLE weather_features (
  origin STRING, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE, known BIGINT,
  PRIMARY KEY (origin) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', 'topic' = 'weather_features', 'key.format' = 'json', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'properties.compression.type' = 'lz4');

CREATE TABLE leg_features (
  tailnum STRING, leg_delay DOUBLE, known BIGINT, PRIMARY KEY (tailnum) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', 'topic' = 'leg_features', 'key.format' = 'json', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'properties.compression.type' = 'lz4');

-- The registry of aircraft does not change while flights are scored: it is looked up as it stands.
CREATE TABLE planes (tailnum STRING, plane_built BIGINT, plane_seats BIGINT) WITH ('connector' = 'features', 'view' = 'planes');

-- Everything a model may see of a flight, as known when it falls due.
CREATE VIEW asked AS
SELECT d.flight_id, d.origin, d.carrier, d.tailnum, d.scheduled, d.known, d.known_time, d.`month`, d.weekday, d.`hour`, d.distance,
  CASE d.origin WHEN 'EWR' THEN 0 WHEN 'JFK' THEN 1 ELSE 2 END AS origin_code,
  CASE d.carrier WHEN '9E' THEN 0 WHEN 'AA' THEN 1 WHEN 'AS' THEN 2 WHEN 'B6' THEN 3 WHEN 'DL' THEN 4 WHEN 'EV' THEN 5 WHEN 'F9' THEN 6
    WHEN 'FL' THEN 7 WHEN 'HA' THEN 8 WHEN 'MQ' THEN 9 WHEN 'OO' THEN 10 WHEN 'UA' THEN 11 WHEN 'US' THEN 12 WHEN 'VX' THEN 13
    WHEN 'WN' THEN 14 ELSE 15 END AS carrier_code,
  w.temp, w.humid, w.wind_speed, w.precip, w.pressure, w.visib,
  o.origin_departures, o.origin_delay, c.carrier_departures, c.carrier_delay,
  l.leg_delay, (d.known - l.known) / 60000 AS leg_age_min, p.plane_built, p.plane_seats
FROM due AS d
LEFT JOIN weather_now FOR SYSTEM_TIME AS OF d.known_time AS w ON d.origin = w.origin
LEFT JOIN origin_now FOR SYSTEM_TIME AS OF d.known_time AS o ON d.origin = o.origin
LEFT JOIN carrier_now FOR SYSTEM_TIME AS OF d.known_time AS c ON d.origin = c.origin AND d.carrier = c.carrier
LEFT JOIN leg_now FOR SYSTEM_TIME AS OF d.known_time AS l ON d.tailnum = l.tailnum
LEFT JOIN planes FOR SYSTEM_TIME AS OF d.asked_at AS p ON d.tailnum = p.tailnum
WHERE d.origin IS NOT NULL;

CREATE TABLE asked_topic (
  flight_id BIGINT, origin STRING, carrier STRING, tailnum STRING, scheduled BIGINT, known BIGINT, `month` INT, weekday INT, `hour` INT, distance INT,
  origin_code INT, carrier_code INT, temp DOUBLE, humid DOUBLE, wind_speed DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE,
  origin_departures BIGINT, origin_delay DOUBLE, carrier_departures BIGINT, carrier_delay DOUBLE, leg_delay DOUBLE, leg_age_min BIGINT,
  plane_built BIGINT, plane_seats BIGINT
) WITH ('connector' = 'kafka', 'topic' = 'flights.asked', 'format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'properties.compression.type' = 'lz4');

EXECUTE STATEMENT SET BEGIN
INSERT INTO origin_features SELECT origin, origin_departures, origin_delay, known FROM origin_now;
INSERT INTO carrier_features SELECT origin, carrier, carrier_departures, carrier_delay, known FROM carrier_now;
INSERT INTO weather_features SELECT origin, temp, humid, wind_speed, precip, pressure, visib, known FROM weather_now;
INSERT INTO leg_features SELECT tailnum, leg_delay, known FROM leg_now;
INSERT INTO asked_topic SELECT flight_id, origin, carrier, tailnum, scheduled, known, `month`, weekday, `hour`, distance, origin_code, carrier_code,
  temp, humid, wind_speed, precip, pressure, visib, origin_departures, origin_delay, carrier_departures, carrier_delay, leg_delay, leg_age_min,
  plane_built, plane_seats FROM asked;
END;
