-- HASH_CODE is Java's hashCode of the value: of texts by UTF-16, of decimals with their scale
CREATE TABLE t (id INT, s STRING, i INT, b BIGINT, d DOUBLE, x BOOLEAN, ts TIMESTAMP(3), dt DATE, dec1 DECIMAL(10,2), ti TINYINT, tm TIME, f FLOAT, y BYTES, dec2 DECIMAL(30,2), ts9 TIMESTAMP(9), sm SMALLINT, c CHAR(3)) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"a","i":1,"b":1,"d":1.5,"x":true,"ts":"2024-01-01 00:00:00","dt":"2024-01-01","dec1":1.25,"ti":1,"tm":"01:02:03","f":1.5,"y":"YWI=","dec2":1.25,"ts9":"2024-01-01 00:00:00.123456789","sm":3,"c":"abc"}
{"id":2,"s":"hello world","i":-7,"b":-5000000000,"d":-0.0,"x":false,"ts":"1969-12-31 23:59:59.999","dt":"1960-01-01","dec1":-1.25,"ti":-1,"tm":"00:00:00","f":-0.0,"y":"","dec2":-123456789012345678901234.25,"ts9":"1969-01-01 00:00:00.123456789","sm":-3,"c":"a  "}
{"id":3}
{"id":4,"s":"","i":2147483647,"b":9223372036854775807,"d":3e300,"x":false,"ts":"2024-01-01 00:00:00.001","dt":"2024-01-01","dec1":0,"ti":127,"tm":"23:59:59","f":3e30,"y":"YWJjZGU=","dec2":0,"ts9":"2024-01-01 00:00:00","sm":0,"c":""}
');
SELECT id, HASH_CODE(s) AS s, HASH_CODE(i) AS i, HASH_CODE(b) AS b, HASH_CODE(d) AS d, HASH_CODE(x) AS x, HASH_CODE(ti) AS ti, HASH_CODE(sm) AS sm, HASH_CODE(dt) AS dt, HASH_CODE(tm) AS tm, HASH_CODE(f) AS f, HASH_CODE(c) AS c FROM t;
SELECT id, HASH_CODE(ts) AS ts, HASH_CODE(ts9) AS ts9, HASH_CODE(dec1) AS dec1, HASH_CODE(dec2) AS dec2 FROM t;
SELECT HASH_CODE('aé😀') AS u, HASH_CODE('abcd') AS c, TYPEOF(HASH_CODE('a')) AS y FROM t WHERE id = 1;
/* expect select_1
{"id":1,"s":97,"i":1,"b":1,"d":1073217536,"x":1231,"ti":1,"sm":3,"dt":19723,"tm":3723000,"f":1069547520,"c":96354}
{"id":2,"s":1794106052,"i":-7,"b":705032702,"d":-2147483648,"x":1237,"ti":-1,"sm":-3,"dt":-3653,"tm":0,"f":-2147483648,"c":94241}
{"id":3,"s":null,"i":null,"b":null,"d":null,"x":null,"ti":null,"sm":null,"dt":null,"tm":null,"f":null,"c":null}
{"id":4,"s":0,"i":2147483647,"b":-2147483648,"d":408007448,"x":1237,"ti":127,"sm":0,"dt":19723,"tm":86399000,"f":1914140183,"c":0}
*/
/* expect select_2
{"id":1,"ts":-2014528524,"ts9":-2014068418,"dec1":3877,"dec2":3877}
{"id":2,"ts":0,"ts9":-1636090574,"dec1":-3873,"dec2":1365464101}
{"id":3,"ts":null,"ts9":null,"dec1":null,"dec2":null}
{"id":4,"ts":-2014528493,"ts9":-2014528524,"dec1":2,"dec2":2}
*/
/* expect select_3
{"u":4886539,"c":2987074,"y":"INT NOT NULL"}
*/
