-- PARSE_URL, URL_ENCODE, URL_DECODE, INET_…
SELECT
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'HOST') AS a,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'PATH') AS b,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'QUERY') AS c,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'REF') AS d,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'PROTOCOL') AS e;
SELECT
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'FILE') AS a,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'AUTHORITY') AS b,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'USERINFO') AS c,
  PARSE_URL('http://user:pw@host.com:80/p/a.php?k1=v1&k2=v2#Ref', 'QUERY', 'k2') AS d,
  PARSE_URL('http://host.com', 'QUERY') AS e;
SELECT
  PARSE_URL('http://host.com', 'PATH') AS a,
  PARSE_URL('http://host.com?x=1', 'PATH') AS b,
  PARSE_URL('http://host.com', 'USERINFO') AS c,
  PARSE_URL('http://host.com', 'REF') AS d,
  PARSE_URL('http://host.com', 'host') AS e;
SELECT
  PARSE_URL('nourl', 'HOST') AS a,
  PARSE_URL('mailto:a@b.c', 'PATH') AS b,
  PARSE_URL('mailto:a@b.c', 'HOST') AS c,
  PARSE_URL('foo://host/a', 'HOST') AS d,
  PARSE_URL('file:///etc/x', 'HOST') AS e;
SELECT
  PARSE_URL('http://[::1]:80/a', 'HOST') AS a,
  PARSE_URL('http://host.com/a?x=1', 'QUERY', 'y') AS b,
  PARSE_URL('HTTP://Host.com/a', 'PROTOCOL') AS c,
  PARSE_URL('  http://h/a  ', 'HOST') AS d,
  URL_ENCODE('a b&c=é/*~-._') AS e;
SELECT
  URL_DECODE('a+b%26c%3D%C3%A9') AS a,
  URL_DECODE('a%2') AS b,
  URL_DECODE('a%zz') AS c,
  URL_DECODE('%ff') AS d,
  INET_ATON('127.0.0.1') AS e;
SELECT
  INET_ATON('1.2.3') AS a,
  INET_ATON('256.1.1.1') AS b,
  INET_ATON('127.1') AS c,
  INET_ATON('1') AS d,
  INET_ATON('') AS e;
SELECT
  INET_ATON('1.2.3.4.5') AS a,
  INET_ATON(' 1.2.3.4') AS b,
  INET_NTOA(2130706433) AS c,
  INET_NTOA(-1) AS d,
  INET_NTOA(4294967296) AS e;
SELECT
  INET_NTOA(0) AS a;

/* expect select_1
{"a":"host.com","b":"/p/a.php","c":"k1=v1&k2=v2","d":"Ref","e":"http"}
*/
/* expect select_2
{"a":"/p/a.php?k1=v1&k2=v2","b":"user:pw@host.com:80","c":"user:pw","d":"v2","e":null}
*/
/* expect select_3
{"a":"","b":"","c":null,"d":null,"e":null}
*/
/* expect select_4
{"a":null,"b":"a@b.c","c":"","d":null,"e":""}
*/
/* expect select_5
{"a":"[::1]","b":null,"c":"http","d":"h","e":"a+b%26c%3D%C3%A9%2F*%7E-._"}
*/
/* expect select_6
{"a":"a b&c=é","b":null,"c":null,"d":"�","e":2130706433}
*/
/* expect select_7
{"a":16908291,"b":null,"c":2130706433,"d":1,"e":null}
*/
/* expect select_8
{"a":null,"b":null,"c":"127.0.0.1","d":null,"e":null}
*/
/* expect select_9
{"a":"0.0.0.0"}
*/
