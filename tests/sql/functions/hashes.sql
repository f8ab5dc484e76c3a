-- digests
SELECT
  MD5('a') AS a,
  MD5('') AS b,
  SHA1('a') AS c,
  SHA224('a') AS d,
  SHA256('a') AS e;
SELECT
  SHA384('a') AS a,
  SHA512('a') AS b,
  SHA2('a', 256) AS c,
  SHA2('a', CAST(NULL AS INT)) AS d,
  MD5(CAST(NULL AS STRING)) AS e;

/* expect select_1
{"a":"0cc175b9c0f1b6a831c399e269772661","b":"d41d8cd98f00b204e9800998ecf8427e","c":"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8","d":"abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5","e":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}
*/
/* expect select_2
{"a":"54a59b9f22b0b80880d8427e548b7c23abd873486e1f035dce9cd697e85175033caa88e6d57bc35efae0b5afd3145f31","b":"1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75","c":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","d":null,"e":null}
*/
