-- A join over updating inputs takes its pairs back with them; computed and mixed-type keys meet by value.
CREATE TABLE bids (auction BIGINT, price INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,10
2,20
1,15
3,7
2,21
');
CREATE TABLE names (id INT, name STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
0,zero
1,one
2,two
');
SELECT b.auction, b.m, n.name FROM (SELECT auction, MAX(price) AS m FROM bids GROUP BY auction) AS b LEFT JOIN names AS n ON b.auction - 1 = n.id AND n.name <> 'one';
SELECT n.name, COUNT(*) AS c, SUM(b.price) AS s FROM bids AS b, names AS n WHERE b.auction = n.id AND b.price > 10 GROUP BY n.name;
/* expect select_1
{"auction":1,"m":15,"name":"zero"}
{"auction":2,"m":21,"name":null}
{"auction":3,"m":7,"name":"two"}
*/
/* expect select_2
{"name":"one","c":1,"s":15}
{"name":"two","c":2,"s":41}
*/
