-- What is nearly an aggregate is told so
SELECT SUMM(a) AS s FROM (VALUES (1)) AS t (a);
/* expect error
line 2, column 8: no function is named 'SUMM'; did you mean 'SUM'?
*/
