-- Patterns over the events of users: refused logins and then one that succeeds, an order without its payment in time, steps in their order with others between; without a partition, too.
CREATE TABLE events (who STRING, kind STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
ann,fail,1,2024-01-01 00:00:01
bob,fail,1,2024-01-01 00:00:02
ann,fail,2,2024-01-01 00:00:04
ann,fail,3,2024-01-01 00:00:03
bob,ok,2,2024-01-01 00:00:06
ann,ok,4,2024-01-01 00:00:08
cid,fail,1,2024-01-01 00:00:09
ann,order,50,2024-01-01 00:00:10
cid,fail,2,2024-01-01 00:00:20
bob,order,70,2024-01-01 00:00:21
ann,look,0,2024-01-01 00:00:22
cid,fail,3,2024-01-01 00:00:30
ann,pay,50,2024-01-01 00:00:35
cid,fail,4,2024-01-01 00:00:40
bob,look,0,2024-01-01 00:00:50
cid,ok,5,2024-01-01 00:01:12
bob,pay,70,2024-01-01 00:02:30
bob,order,20,2024-01-01 00:02:31
ann,order,1,2024-01-01 00:00:12
bob,pay,20,2024-01-01 00:02:32
ann,fail,1,2024-01-01 00:02:40
,fail,1,2024-01-01 00:02:41
,ok,2,2024-01-01 00:02:42
ann,look,0,2024-01-01 00:05:00
');
-- three refusals and more, then a success, all within a minute
SELECT * FROM events MATCH_RECOGNIZE (
  PARTITION BY who ORDER BY ts
  MEASURES FIRST(F.ts) AS began, LAST(F.amount) AS last_try, COUNT(F.amount) AS tries, S.ts AS entered, MATCH_ROWTIME() AS rt
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (F{3,} S) WITHIN INTERVAL '1' MINUTE
  DEFINE F AS F.kind = 'fail', S AS S.kind = 'ok');
-- an order and its payment, with whatever lies between, within half a minute
SELECT * FROM events MATCH_RECOGNIZE (
  PARTITION BY who ORDER BY ts
  MEASURES O.ts AS ordered, P.ts AS paid, O.amount AS amount
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (O X*? P) WITHIN INTERVAL '30' SECOND
  DEFINE O AS O.kind = 'order', X AS X.kind <> 'pay', P AS P.kind = 'pay' AND P.amount = O.amount);
-- a step that may be missing
SELECT * FROM events MATCH_RECOGNIZE (
  PARTITION BY who ORDER BY ts
  MEASURES O.ts AS ordered, L.ts AS looked, P.ts AS paid
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (O L? P)
  DEFINE O AS O.kind = 'order', L AS L.kind = 'look', P AS P.kind = 'pay');
-- everybody's events as one sequence
SELECT * FROM events MATCH_RECOGNIZE (
  ORDER BY ts
  MEASURES A.who AS first_who, B.who AS second_who, B.ts AS at_ts
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) WITHIN INTERVAL '2' SECOND
  DEFINE A AS A.kind = 'fail', B AS B.kind = 'fail' AND B.who <> A.who);
/* expect select_1
{"who":"ann","began":"2024-01-01 00:00:01.000","last_try":2,"tries":3,"entered":"2024-01-01 00:00:08.000","rt":"2024-01-01 00:00:08.000"}
{"who":"cid","began":"2024-01-01 00:00:20.000","last_try":4,"tries":3,"entered":"2024-01-01 00:01:12.000","rt":"2024-01-01 00:01:12.000"}
*/
/* expect select_2
{"who":"ann","ordered":"2024-01-01 00:00:10.000","paid":"2024-01-01 00:00:35.000","amount":50}
{"who":"bob","ordered":"2024-01-01 00:02:31.000","paid":"2024-01-01 00:02:32.000","amount":20}
*/
/* expect select_3
{"who":"ann","ordered":"2024-01-01 00:00:10.000","looked":"2024-01-01 00:00:22.000","paid":"2024-01-01 00:00:35.000"}
{"who":"bob","ordered":"2024-01-01 00:00:21.000","looked":"2024-01-01 00:00:50.000","paid":"2024-01-01 00:02:30.000"}
{"who":"bob","ordered":"2024-01-01 00:02:31.000","looked":null,"paid":"2024-01-01 00:02:32.000"}
*/
/* expect select_4
{"first_who":"ann","second_who":"","at_ts":"2024-01-01 00:02:41.000"}
{"first_who":"ann","second_who":"bob","at_ts":"2024-01-01 00:00:02.000"}
*/
