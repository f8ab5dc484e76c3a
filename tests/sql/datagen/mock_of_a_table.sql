-- A table of datagen in the place of another one, as LIKE makes it
CREATE TABLE orders (id BIGINT, amount INT) WITH ('connector' = 'kafka', 'topic' = 'orders', 'format' = 'json');
CREATE TEMPORARY TABLE made WITH ('connector' = 'datagen', 'number-of-rows' = '10', 'fields.amount.min' = '2', 'fields.amount.max' = '2') LIKE orders (EXCLUDING ALL);
SELECT COUNT(*) AS n, SUM(amount) AS amount, COUNT(DISTINCT id) AS ids FROM made;
/* expect select_1
{"n":10,"amount":20,"ids":10}
*/
