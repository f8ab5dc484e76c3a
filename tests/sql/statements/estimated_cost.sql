-- EXPLAIN ESTIMATED_COST says what each operator will keep, by key or row, and for how long.
CREATE TABLE bid (auction BIGINT, bidder BIGINT, channel VARCHAR(8), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '');
EXPLAIN ESTIMATED_COST SELECT auction, COUNT(DISTINCT bidder) AS bidders, MAX(ts) AS last FROM bid GROUP BY auction;
EXPLAIN ESTIMATED_COST SELECT /*+ STATE_TTL('a' = '1h') */ a.auction FROM bid AS a JOIN bid AS b ON a.auction = b.bidder;
EXPLAIN ESTIMATED_COST, CHANGELOG_MODE SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts DESC) AS n FROM bid) WHERE n <= 3;
EXPLAIN ESTIMATED_COST SELECT auction, SUM(bidder) OVER (PARTITION BY auction ORDER BY ts ROWS 5 PRECEDING) FROM bid;
/* expect printed
Sink(result=select_1)
  GroupAggregate(keys=[$0], calls=[COUNT(DISTINCT $1), MAX($2)]), state=[97 B a key, 73 B a different value of COUNT, for ever]
    Watermark(rowtime=$2, expr=(- $2 INTERVAL DAY TO SECOND(3) 1000))
      Source(table=bid, connector=inline, columns=[auction, bidder, ts])
Sink(result=select_1)
  Project(auction=$0)
    Join(inner, keys=[$0=$0]), state=[50 B a row of the left, until nobody has written it for 3600000 ms; 50 B one of the right, for ever]
      Watermark(rowtime=$1, expr=(- $1 INTERVAL DAY TO SECOND(3) 1000))
        Source(table=bid, connector=inline, columns=[auction, ts])
      Watermark(rowtime=$1, expr=(- $1 INTERVAL DAY TO SECOND(3) 1000))
        Source(table=bid, connector=inline, columns=[bidder, ts])
Sink(result=select_1), changelogMode=[I,UB,UA,D]
  Rank(partition=[$0], order=[$3 DESC], from=1, to=3, with rank), changelogMode=[I,UB,UA,D], state=[57 B a partition and 104 B for each of its 3 rows, for ever]
    Watermark(rowtime=$3, expr=(- $3 INTERVAL DAY TO SECOND(3) 1000)), changelogMode=[I]
      Source(table=bid, connector=inline, columns=[auction, bidder, channel, ts]), changelogMode=[I]
Sink(result=select_1)
  Project(auction=$0, EXPR$1=$3)
    Over(partition=[$0], order=[$2], frame=ROWS 5 PRECEDING, calls=[SUM($1)]), state=[91 B a row, until the watermark has passed it; 81 B a partition, for ever; 91 B for each of the last 5 rows of a partition]
      Watermark(rowtime=$2, expr=(- $2 INTERVAL DAY TO SECOND(3) 1000))
        Source(table=bid, connector=inline, columns=[auction, bidder, ts])
*/
