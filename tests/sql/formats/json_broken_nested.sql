-- A record that breaks inside of a list, a row or a map leaves nothing behind for its neighbours.
CREATE TABLE t (id INT, a ARRAY<INT>, r ROW<x INT, y INT>, m MAP<STRING, INT>) WITH ('connector' = 'inline', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'rows' = '
{"id":1,"a":[1],"r":{"x":1,"y":2},"m":{"x":1}}
{"id":2,"a":[10,20,}]}
{"id":3,"a":[30],"r":{"x":3,"y":4},"m":{"z":3}}
{"id":4,"r":{"x":77,"y":},}
{"id":5,"a":[],"r":{"x":5,"y":6},"m":{"v":5,"w":6}}
{"id":6,"m":{"x":77,"y":}
{"id":7,"a":[7,8],"r":{"x":7,"y":8},"m":{"q":7}}
');
SELECT * FROM t;
/* expect select_1
{"id":1,"a":[1],"r":{"x":1,"y":2},"m":[["x",1]]}
{"id":3,"a":[30],"r":{"x":3,"y":4},"m":[["z",3]]}
{"id":5,"a":[],"r":{"x":5,"y":6},"m":[["v",5],["w",6]]}
{"id":7,"a":[7,8],"r":{"x":7,"y":8},"m":[["q",7]]}
*/
