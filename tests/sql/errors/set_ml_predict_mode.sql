-- keys that tune how a model is asked are checked like others
SET 'table.exec.async-ml-predict.output-mode' = 'SOMEHOW';
/* expect error
it takes one of ORDERED ALLOW_UNORDERED
*/
