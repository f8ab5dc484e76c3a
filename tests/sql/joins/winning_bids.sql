-- A comma join bounded by columns of both sides is a regular join; under aggregates and a Top-1 by two columns it gives average closing prices and winners.
CREATE TABLE auction (id BIGINT, category BIGINT, opened TIMESTAMP(3), expires TIMESTAMP(3), WATERMARK FOR opened AS opened) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,10,2024-01-01 00:00:00,2024-01-01 00:00:10
2,10,2024-01-01 00:00:00,2024-01-01 00:00:05
3,11,2024-01-01 00:00:01,2024-01-01 00:00:09
4,11,2024-01-01 00:00:02,2024-01-01 00:00:09
');
CREATE TABLE bid (auction BIGINT, price BIGINT, made TIMESTAMP(3), WATERMARK FOR made AS made - INTERVAL '4' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,100,2024-01-01 00:00:01
2,70,2024-01-01 00:00:03
1,150,2024-01-01 00:00:09
3,5,2024-01-01 00:00:01
1,999,2024-01-01 00:00:11
2,70,2024-01-01 00:00:02
');
CREATE TABLE winners (id BIGINT, price BIGINT, made TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
SELECT q.category, AVG(q.final) AS closing FROM (
  SELECT MAX(b.price) AS final, a.category FROM auction AS a, bid AS b WHERE a.id = b.auction AND b.made BETWEEN a.opened AND a.expires GROUP BY a.id, a.category) AS q
GROUP BY q.category;
INSERT INTO winners SELECT id, price, made FROM (
  SELECT a.id, b.price, b.made, ROW_NUMBER() OVER (PARTITION BY a.id ORDER BY b.price DESC, b.made ASC) AS rownum FROM auction AS a, bid AS b WHERE a.id = b.auction AND b.made BETWEEN a.opened AND a.expires)
WHERE rownum <= 1;
/* expect select_1
{"category":10,"closing":110}
{"category":11,"closing":5}
*/
/* expect winners
{"id":1,"price":150,"made":"2024-01-01 00:00:09.000"}
{"id":2,"price":70,"made":"2024-01-01 00:00:02.000"}
{"id":3,"price":5,"made":"2024-01-01 00:00:01.000"}
*/
