-- Nexmark q12: windows of processing time, all flushed at the end of a bounded input.
-- flink differs, nexmark_q12: what is open when a bounded input ends is lost there
CREATE TABLE events (
  event_type INT,
  person ROW<id BIGINT, name VARCHAR, emailAddress VARCHAR, creditCard VARCHAR, city VARCHAR, state VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
  auction ROW<id BIGINT, itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra VARCHAR>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
  `dateTime` AS CASE WHEN event_type = 0 THEN person.`dateTime` WHEN event_type = 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"event_type":0,"person":{"id":1,"name":"ann","emailAddress":"a@x","creditCard":"1111","city":"Portland","state":"OR","dateTime":"2024-01-01 00:00:00","extra":"pa"},"auction":null,"bid":null}
{"event_type":0,"person":{"id":2,"name":"bob","emailAddress":"b@x","creditCard":"2222","city":"Boise","state":"WA","dateTime":"2024-01-01 00:00:01","extra":"pb"},"auction":null,"bid":null}
{"event_type":1,"person":null,"auction":{"id":123,"itemName":"vase","description":"old","initialBid":10,"reserve":20,"dateTime":"2024-01-01 00:00:01","expires":"2024-01-01 00:00:10","seller":1,"category":10,"extra":"aa"},"bid":null}
{"event_type":1,"person":null,"auction":{"id":124,"itemName":"lamp","description":"new","initialBid":15,"reserve":25,"dateTime":"2024-01-01 00:00:02","expires":"2024-01-01 00:00:20","seller":1,"category":10,"extra":"ab"},"bid":null}
{"event_type":1,"person":null,"auction":{"id":125,"itemName":"desk","description":"oak","initialBid":5,"reserve":9,"dateTime":"2024-01-01 00:00:02","expires":"2024-01-01 00:00:20","seller":2,"category":11,"extra":"ac"},"bid":null}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":123,"bidder":1,"price":2000000,"channel":"Google","url":"https://www.nexmark.com/a/b/item.htm?query=1","dateTime":"2024-01-01 00:00:03","extra":"ccab"}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":123,"bidder":2,"price":3000000,"channel":"channel-7","url":"https://www.nexmark.com/c/d/item.htm?query=1&channel_id=77","dateTime":"2024-01-01 00:00:04","extra":"xyz"}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":124,"bidder":1,"price":5000,"channel":"apple","url":"https://www.nexmark.com/e/f/item.htm?query=1","dateTime":"2024-01-01 00:00:05","extra":"c"}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":124,"bidder":2,"price":700000,"channel":"channel-8","url":"https://www.nexmark.com/g/h/item.htm?query=1","dateTime":"2024-01-01 00:00:11","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":125,"bidder":1,"price":700000,"channel":"channel-8","url":"https://www.nexmark.com/g/h/item.htm?query=1","dateTime":"2024-01-01 00:00:11","extra":"z"}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":123,"bidder":1,"price":9000000,"channel":"channel-7","url":"https://www.nexmark.com/c/d/item.htm?query=1&channel_id=77","dateTime":"2024-01-01 00:00:12","extra":"late for the auction"}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":124,"bidder":1,"price":800000,"channel":"apple","url":"https://www.nexmark.com/e/f/item.htm?query=1","dateTime":"2024-01-01 00:00:18","extra":"c"}}
');
CREATE VIEW person AS SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, `dateTime`, person.extra FROM events WHERE event_type = 0;
CREATE VIEW auction AS SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, `dateTime`, auction.expires, auction.seller, auction.category, auction.extra FROM events WHERE event_type = 1;
CREATE VIEW bid AS SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, `dateTime`, bid.extra FROM events WHERE event_type = 2;
CREATE TABLE nexmark_q12 (bidder BIGINT, bid_count BIGINT, starttime TIMESTAMP(3), endtime TIMESTAMP(3)) WITH ('connector' = 'print');
CREATE VIEW B AS SELECT *, PROCTIME() as p_time FROM bid;
INSERT INTO nexmark_q12 SELECT bidder, count(*) as bid_count, window_start AS starttime, window_end AS endtime
FROM TABLE(TUMBLE(TABLE B, DESCRIPTOR(p_time), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end;
/* expect nexmark_q12
{"bidder":1,"bid_count":5,"starttime":"2026-01-01 00:00:00.000","endtime":"2026-01-01 00:00:10.000"}
{"bidder":2,"bid_count":2,"starttime":"2026-01-01 00:00:00.000","endtime":"2026-01-01 00:00:10.000"}
*/
