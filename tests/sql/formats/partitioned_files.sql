-- filesystem: partition columns stand in the folders' names only, escaped, and come back wherever the table declares them
CREATE TABLE rows_in (id INT, hm STRING, d INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"hm":"10:00","d":15}
{"id":2,"hm":"10:05","d":15}
{"id":3,"hm":"a/b=c%41","d":-2}
{"id":4,"hm":"10:00","d":15}
');
CREATE TABLE parts (hm STRING, id INT, d INT) PARTITIONED BY (d, hm) WITH ('connector' = 'filesystem', 'path' = 'parts', 'format' = 'csv');
INSERT INTO parts SELECT hm, id, d FROM rows_in;
SELECT id, hm, d FROM parts;
SELECT d, COUNT(*) AS n FROM parts GROUP BY d;
CREATE TABLE flat (id INT) WITH ('connector' = 'filesystem', 'path' = 'parts/d=-2/hm=a%2Fb%3Dc%2541', 'format' = 'csv');
SELECT id FROM flat;
/* expect select_1
{"id":1,"hm":"10:00","d":15}
{"id":2,"hm":"10:05","d":15}
{"id":3,"hm":"a/b=c%41","d":-2}
{"id":4,"hm":"10:00","d":15}
*/
/* expect select_2
{"d":-2,"n":1}
{"d":15,"n":3}
*/
/* expect select_3
{"id":3}
*/
