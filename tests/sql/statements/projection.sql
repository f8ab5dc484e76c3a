-- computed columns, nested fields and DECIMAL times BIGINT come out as Flink types them
CREATE TABLE bids (
  auction BIGINT, price BIGINT, extra ROW<channel STRING, tags ARRAY<STRING>>, `time` TIMESTAMP(3), twice AS price * 2
) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"auction":1007,"price":100,"extra":{"channel":"Google","tags":["a","b"]},"time":"2024-01-01 00:00:01.5"}
{"auction":2,"price":200,"extra":null,"time":null}
{"price":-7,"auction":5,"extra":{"channel":"a channel with a long name"}}
');
CREATE VIEW b (a, p, c, t) AS SELECT auction, 0.908 * price, extra.channel, extra.tags[2] FROM bids;
SELECT a, CAST(p AS DECIMAL(23, 3)) AS p, c, t FROM b;
SELECT auction, twice, `time`, b.extra FROM bids AS b WHERE twice > 0;
/* expect select_1
{"a":1007,"p":"90.800","c":"Google","t":"b"}
{"a":2,"p":"181.600","c":null,"t":null}
{"a":5,"p":"-6.356","c":"a channel with a long name","t":null}
*/
/* expect select_2
{"auction":1007,"twice":200,"time":"2024-01-01 00:00:01.500","extra":{"channel":"Google","tags":["a","b"]}}
{"auction":2,"twice":400,"time":null,"extra":null}
*/
