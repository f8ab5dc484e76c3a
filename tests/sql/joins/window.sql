-- A join on both bounds of a window is append-only: q5's hottest items of each window.
CREATE TABLE bid (auction BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:01
1,2024-01-01 00:00:02
2,2024-01-01 00:00:03
2,2024-01-01 00:00:11
3,2024-01-01 00:00:12
');
CREATE VIEW counts AS SELECT auction, COUNT(*) AS num, window_start AS starttime, window_end AS endtime FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY auction, window_start, window_end;
CREATE TABLE out_table (auction BIGINT, num BIGINT, endtime TIMESTAMP(3)) WITH ('connector' = 'print');
INSERT INTO out_table SELECT c.auction, c.num, c.endtime FROM counts AS c JOIN (SELECT MAX(num) AS maxn, starttime, endtime FROM counts GROUP BY starttime, endtime) AS m
  ON c.starttime = m.starttime AND c.endtime = m.endtime AND c.num >= m.maxn;
EXPLAIN CHANGELOG_MODE SELECT c.auction FROM counts AS c JOIN counts AS m ON c.starttime = m.starttime AND c.endtime = m.endtime AND c.auction = m.auction;
/* expect out_table
{"auction":1,"num":2,"endtime":"2024-01-01 00:00:10.000"}
{"auction":2,"num":1,"endtime":"2024-01-01 00:00:20.000"}
{"auction":3,"num":1,"endtime":"2024-01-01 00:00:20.000"}
*/
/* expect printed
Sink(result=select_1), changelogMode=[I]
  Project(auction=$0), changelogMode=[I]
    WindowJoin(inner, keys=[$1=$1, $2=$2, $0=$0], ends=[$2, $2]), changelogMode=[I]
      Project(auction=$0, starttime=$1, endtime=$2), changelogMode=[I]
        SliceWindowAggregate(TUMBLE(size=10000 ms), time=$1, keys=[$0], calls=[COUNT(*)], out=[key0 start0 end0 call0]), changelogMode=[I]
          Watermark(rowtime=$1, expr=(- $1 INTERVAL DAY TO SECOND(3) 1000)), changelogMode=[I]
            Source(table=bid, connector=inline, columns=[auction, ts]), changelogMode=[I]
      Project(auction=$0, starttime=$1, endtime=$2), changelogMode=[I]
        SliceWindowAggregate(TUMBLE(size=10000 ms), time=$1, keys=[$0], calls=[COUNT(*)], out=[key0 start0 end0 call0]), changelogMode=[I]
          Watermark(rowtime=$1, expr=(- $1 INTERVAL DAY TO SECOND(3) 1000)), changelogMode=[I]
            Source(table=bid, connector=inline, columns=[auction, ts]), changelogMode=[I]
*/
