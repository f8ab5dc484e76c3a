-- A seed that is the same for all rows would begin a sequence
SELECT RAND_INTEGER(42, 6) AS x FROM (VALUES (1)) AS t (a);
/* expect error
line 2, column 8: function RAND_INTEGER takes no seed that is the same for all rows, whose numbers would hang on the order in which rows come; leave it out, or take a number of the row, as in RAND_INTEGER(id, 6)
*/
