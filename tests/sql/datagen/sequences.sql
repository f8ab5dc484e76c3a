-- The shortest sequence ends the table; texts, bytes, decimals and floating numbers count, too
CREATE TABLE numbers (a BIGINT, s STRING, b BYTES, d DECIMAL(10, 2), f DOUBLE, t TINYINT) WITH ('connector' = 'datagen',
  'fields.a.kind' = 'sequence', 'fields.a.start' = '-1', 'fields.a.end' = '1',
  'fields.s.kind' = 'sequence', 'fields.s.start' = '9', 'fields.s.end' = '99',
  'fields.b.kind' = 'sequence', 'fields.b.start' = '258', 'fields.b.end' = '999',
  'fields.d.kind' = 'sequence', 'fields.d.start' = '5', 'fields.d.end' = '9',
  'fields.f.kind' = 'sequence', 'fields.f.start' = '7', 'fields.f.end' = '9',
  'fields.t.kind' = 'sequence', 'fields.t.start' = '100', 'fields.t.end' = '127');
SELECT a, s, b, d, f, t FROM numbers;
/* expect select_1
{"a":-1,"s":"9","b":"0000000000000102","d":"5.00","f":7.0,"t":100}
{"a":0,"s":"10","b":"0000000000000103","d":"6.00","f":8.0,"t":101}
{"a":1,"s":"11","b":"0000000000000104","d":"7.00","f":9.0,"t":102}
*/
