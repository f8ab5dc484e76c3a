-- The type RAW is refused by name.
CREATE TABLE t (r RAW('java.lang.String', 'AAAA')) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'a b');
/* expect error
RAW holds values of a Java class by its serializer, and no class is loaded here; declare BYTES
*/
