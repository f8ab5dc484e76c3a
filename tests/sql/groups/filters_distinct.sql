-- COUNT with FILTER and DISTINCT, SUM of INT that wraps, AVG cut toward zero, DECIMAL AVG with scale 6
CREATE TABLE t (bidder INT, price INT, d DECIMAL(12, 2)) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2147483647,10.50
2,2147483647,500.00
1,-1,20.00
3,10,0.01
');
SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE price > 100) AS big, COUNT(DISTINCT bidder) AS bidders, COUNT(DISTINCT bidder) FILTER (WHERE price < 100) AS small_bidders, SUM(price) AS s, AVG(price) AS a, AVG(d) AS ad, SUM(d) AS sd FROM t;
SELECT DISTINCT bidder FROM t;
SELECT COUNT(*) AS n FROM t WHERE bidder > 9;
/* expect select_1
{"n":4,"big":2,"bidders":3,"small_bidders":2,"s":7,"a":1073741825,"ad":"132.627500","sd":"530.51"}
*/
/* expect select_2
{"bidder":1}
{"bidder":2}
{"bidder":3}
*/
