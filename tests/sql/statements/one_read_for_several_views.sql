-- a file that two views of one statement read differently is read once, to its end
CREATE TABLE events (kind INT, person ROW<id INT, name STRING, city STRING>, bid ROW<bidder INT, price INT>) WITH ('connector' = 'filesystem', 'path' = 'data/events', 'format' = 'json');
INSERT INTO events VALUES
  (0, ROW(1, 'Ann', 'Oslo'), CAST(NULL AS ROW<bidder INT, price INT>)),
  (1, CAST(NULL AS ROW<id INT, name STRING, city STRING>), ROW(1, 70)),
  (0, ROW(2, 'Bo', 'Rome'), CAST(NULL AS ROW<bidder INT, price INT>)),
  (1, CAST(NULL AS ROW<id INT, name STRING, city STRING>), ROW(2, 80)),
  (1, CAST(NULL AS ROW<id INT, name STRING, city STRING>), ROW(1, 90));
CREATE VIEW people AS SELECT person.id, person.city FROM events WHERE kind = 0;
CREATE VIEW bids AS SELECT bid.bidder, bid.price FROM events WHERE kind = 1;
SELECT city, price FROM bids JOIN people ON id = bidder;
/* expect select_1
{"city":"Oslo","price":70}
{"city":"Oslo","price":90}
{"city":"Rome","price":80}
*/
