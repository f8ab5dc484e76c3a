-- a kind of change that there is not is refused with the nearest
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM TO_CHANGELOG(input => TABLE t, op_mapping => MAP['INSRT', 'I']);
/* expect error
line 3, column 64: op_mapping: 'INSRT' is no kind of change; did you mean 'INSERT'? There are INSERT, UPDATE_BEFORE, UPDATE_AFTER and DELETE
*/
