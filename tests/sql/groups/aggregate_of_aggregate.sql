-- an aggregate over an updating aggregate takes rows back: AVG, MIN and MAX stay right
CREATE TABLE t (id INT, cat STRING, price BIGINT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,x,5
2,x,7
1,x,9
3,y,1
2,x,1
1,x,2
');
SELECT cat, AVG(m) AS a, MIN(m) AS lo, MAX(m) AS hi, COUNT(*) AS n, COUNT(DISTINCT m) AS d FROM (SELECT id, cat, MAX(price) AS m FROM t GROUP BY id, cat) GROUP BY cat;
/* expect select_1
{"cat":"x","a":8,"lo":7,"hi":9,"n":2,"d":2}
{"cat":"y","a":1,"lo":1,"hi":1,"n":1,"d":1}
*/
/* expect changelog select_1
{"op":"+I","cat":"x","a":5,"lo":5,"hi":5,"n":1,"d":1}
{"op":"-U","cat":"x","a":5,"lo":5,"hi":5,"n":1,"d":1}
{"op":"+U","cat":"x","a":6,"lo":5,"hi":7,"n":2,"d":2}
{"op":"-U","cat":"x","a":6,"lo":5,"hi":7,"n":2,"d":2}
{"op":"+U","cat":"x","a":7,"lo":7,"hi":7,"n":1,"d":1}
{"op":"-U","cat":"x","a":7,"lo":7,"hi":7,"n":1,"d":1}
{"op":"+U","cat":"x","a":8,"lo":7,"hi":9,"n":2,"d":2}
{"op":"+I","cat":"y","a":1,"lo":1,"hi":1,"n":1,"d":1}
*/
