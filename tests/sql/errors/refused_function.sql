-- a function of Flink that is not there is refused by name, with what to write
-- flink differs, error: it has the type VARIANT
SELECT PARSE_JSON('{}') AS x;
/* expect error
function PARSE_JSON is not supported: there is no type VARIANT
*/
