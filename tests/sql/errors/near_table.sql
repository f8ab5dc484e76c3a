-- A table whose name is nearly right is offered
CREATE TABLE orders (amount INT) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'csv');
SELECT amount FROM order_;
/* expect error
line 3, column 20: no table or view 'order_'; did you mean 'orders'?
*/
