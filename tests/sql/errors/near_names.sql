-- Of tables and columns the nearest is offered
CREATE TABLE orders (amount INT) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'csv');
SELECT amuont FROM orders;
/* expect error
line 3, column 8: no column 'amuont'; did you mean 'amount'?
*/
