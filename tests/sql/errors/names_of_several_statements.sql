-- Wrong names of several statements are told together: here the last of three. What only lacks the table that a wrong statement would have declared is not.
CREATE TABLE c (id INT, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,2');
CREATE TABLE wrong (id INT, v NOTHING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,2');
SELECT idd FROM c;
SELECT id FROM wrong;
SELECT CONT(v) FROM c;
SELECT id FROM cc;
/* expect error
line 7, column 16: no table or view 'cc'; known are c
*/
