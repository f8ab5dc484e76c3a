-- A part of two statements that runs on the job's loop in one, whose table by key needs the order of all changes, and dealt to shards in the other: both keep state under one name,
-- which is the same rows by the same keys, and any restore gives it to both.
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
CREATE TABLE people (name STRING, last_id INT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO current_names SELECT m.id, n.name FROM (SELECT id, MAX(dept) AS dept FROM moves GROUP BY id) AS m JOIN names AS n ON m.dept = n.dept;
INSERT INTO people SELECT n.name, MAX(m.id) FROM (SELECT id, MAX(dept) AS dept FROM moves GROUP BY id) AS m JOIN names AS n ON m.dept = n.dept GROUP BY n.name;
END;
/* expect current_names
{"id":1,"name":"e"}
{"id":2,"name":"f"}
{"id":3,"name":"d"}
{"id":4,"name":"f"}
*/
/* expect people
{"name":"d","last_id":3}
{"name":"e","last_id":1}
{"name":"f","last_id":4}
*/
