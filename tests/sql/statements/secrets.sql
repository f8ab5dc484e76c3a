-- What may be a secret is shown as stars: options by words of their keys in any case, user info and parameters of URLs
CREATE DATABASE d WITH (
  'Password' = 'hunter', 'PASSWD' = 'hunter', 'aws.secretKey' = 'hunter', 'accessKey' = 'hunter', 'ApiKey' = 'hunter', 'auth' = 'Basic hunter', 'fs.azure.account.key.a' = 'hunter',
  'http-headers' = 'hunter', 'gs.Credentials' = 'hunter', 'author' = 'me', 'key.fields' = 'k',
  'url.1' = 'jdbc:pg://u:hunter@h:5432/db?passWord=hunter&a=1&sslPassword=hunter', 'url.2' = 'postgres://h/db?user=a&token=hunter', 'url.3' = 'mysql://u:p@hunter@host/a@b', 'url.4' = 'kafka://u@x:hunter@host',
  'url.5' = 'http://a:1/x,http://u:hunter@b:2', 'url.6' = 'http://host:80/p@q', 'url.7' = 'http://user@host/'
);
DESCRIBE DATABASE EXTENDED d;
/* expect printed
name d
option:ApiKey ******
option:PASSWD ******
option:Password ******
option:accessKey ******
option:auth ******
option:author me
option:aws.secretKey ******
option:fs.azure.account.key.a ******
option:gs.Credentials ******
option:http-headers ******
option:key.fields k
option:url.1 jdbc:pg://u:******@h:5432/db?passWord=******&a=1&sslPassword=******
option:url.2 postgres://h/db?user=a&token=******
option:url.3 mysql://u:******@host/a@b
option:url.4 kafka://u@x:******@host
option:url.5 http://a:1/x,http://u:******@b:2
option:url.6 http://host:80/p@q
option:url.7 http://user@host/
*/
