-- A table with a key keeps a row that moves from one shard to another below it, on any number of shards.
CREATE TABLE moves (id INT, dept INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,1
2,1
3,2
1,2
2,3
3,4
1,5
4,1
2,6
4,6
');
CREATE TABLE names (dept INT, name STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a
2,b
3,c
4,d
5,e
6,f
');
CREATE TABLE current_names (id INT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
CREATE TABLE counted (id INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO current_names SELECT m.id, n.name FROM (SELECT id, MAX(dept) AS dept FROM moves GROUP BY id) AS m JOIN names AS n ON m.dept = n.dept;
INSERT INTO counted SELECT id, COUNT(*) FROM moves GROUP BY id;
END;
/* expect current_names
{"id":1,"name":"e"}
{"id":2,"name":"f"}
{"id":3,"name":"d"}
{"id":4,"name":"f"}
*/
/* expect counted
{"id":1,"n":3}
{"id":2,"n":3}
{"id":3,"n":2}
{"id":4,"n":2}
*/
