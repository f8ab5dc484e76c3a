-- All bids into files of a minute each. (Nexmark q10)
CREATE TABLE events (
  event_type INT,
  person ROW<id BIGINT, name VARCHAR, emailAddress VARCHAR, creditCard VARCHAR, city VARCHAR, state VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
  auction ROW<id BIGINT, itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra VARCHAR>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
  `dateTime` AS CASE WHEN event_type = 0 THEN person.`dateTime` WHEN event_type = 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"event_type":0,"person":{"id":1001,"name":"Femi Dubois","emailAddress":"ksopomh@zdeni.com","creditCard":"8354 9032 1783 3492","city":"Salem","state":"AZ","dateTime":"2026-03-31 23:59:20","extra":""},"auction":null,"bid":null}
{"event_type":1,"person":null,"auction":{"id":1000,"itemName":"t t","description":"uty jp","initialBid":80342,"reserve":146734,"dateTime":"2026-03-31 23:59:20.4","expires":"2026-04-01 00:03:32.509","seller":1000,"category":10,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1001,"itemName":"cvbmx","description":"cmazedzyfivyeo prh wzzzvphwyejd x whon knlkccbc pdahlylfo","initialBid":18255942,"reserve":18265132,"dateTime":"2026-03-31 23:59:20.8","expires":"2026-04-01 00:01:26.126","seller":1009,"category":10,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1002,"itemName":"z gizrre","description":"wujgbokbmmtdwulvqj mmhbgywjyuarzotmyqlkxkwchavzi sfapyhujglbpi baxxlkiweuztimf","initialBid":764929,"reserve":1861443,"dateTime":"2026-03-31 23:59:21.2","expires":"2026-04-01 00:02:57.455","seller":1000,"category":11,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1003,"itemName":"sjrfirfa dksitp","description":"aykiseflljrgsa","initialBid":292673,"reserve":293735,"dateTime":"2026-03-31 23:59:21.6","expires":"2026-04-01 00:05:16.248","seller":1000,"category":13,"extra":""},"bid":null}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1001,"bidder":2001,"price":5400012,"channel":"Facebook","url":"https://shop.example/eurni/sjtv/baq/item.htm?query=1","dateTime":"2026-03-31 23:59:22","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1003,"bidder":2001,"price":41128786,"channel":"channel-476","url":"https://shop.example/kgzt/xbdat/scwx/item.htm?query=1&channel_id=968303686","dateTime":"2026-03-31 23:59:22.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1012,"bidder":2000,"price":1681956,"channel":"channel-5606","url":"https://shop.example/bihdj/keghg/exro/item.htm?query=1&channel_id=1272177140","dateTime":"2026-03-31 23:59:22.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":13984,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:23.2","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2008,"price":1243,"channel":"Google","url":"https://shop.example/dascu/lwhdd/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:23.6","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1012,"bidder":2001,"price":652715,"channel":"channel-4716","url":"https://shop.example/rag/uzplh/ugi/item.htm?query=1&channel_id=1534453198","dateTime":"2026-03-31 23:59:24","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2006,"price":2357,"channel":"channel-598","url":"https://shop.example/ecvb/kbxbf/bsbq/item.htm?query=1&channel_id=2035652329","dateTime":"2026-03-31 23:59:24.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":19980,"channel":"channel-5687","url":"https://shop.example/tyswi/yiwv/nblze/item.htm?query=1&channel_id=1297331221","dateTime":"2026-03-31 23:59:24.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":67568521,"channel":"Baidu","url":"https://shop.example/dxo/izlqz/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:25.2","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":811,"channel":"channel-9553","url":"https://shop.example/uavmn/xncmx/vjck/item.htm?query=1&channel_id=1948811326","dateTime":"2026-03-31 23:59:25.6","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":13445,"channel":"channel-7009","url":"https://shop.example/kzpp/izy/hvv/item.htm?query=1&channel_id=1462736338","dateTime":"2026-03-31 23:59:26","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1011,"bidder":2006,"price":4186466,"channel":"Baidu","url":"https://shop.example/dxo/izlqz/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:26.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":43848,"channel":"channel-6545","url":"https://shop.example/jwe/ejod/vghrd/item.htm?query=1&channel_id=1335520437","dateTime":"2026-03-31 23:59:26.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2005,"price":418,"channel":"channel-8501","url":"https://shop.example/lxl/ecar/yjzu/item.htm?query=1","dateTime":"2026-03-31 23:59:27.2","extra":""}}
{"event_type":0,"person":{"id":1002,"name":"Hugo Dubois","emailAddress":"nzg@amkh.com","creditCard":"6986 3675 5033 4104","city":"Tacoma","state":"CA","dateTime":"2026-03-31 23:59:27.6","extra":""},"auction":null,"bid":null}
{"event_type":0,"person":{"id":1003,"name":"Dario Huber","emailAddress":"twkm@ffbd.com","creditCard":"7603 8965 0884 8864","city":"Olympia","state":"ID","dateTime":"2026-03-31 23:59:28","extra":""},"auction":null,"bid":null}
{"event_type":1,"person":null,"auction":{"id":1004,"itemName":"vngzcmmlffnzwqblb","description":" fnlzcbjiuvbzr qxnhazeiickrb krhxcqtsef conxjywwoywgzbqmrne fz","initialBid":34232915,"reserve":96915708,"dateTime":"2026-03-31 23:59:28.4","expires":"2026-04-01 00:00:29.971","seller":1003,"category":10,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1005,"itemName":"xxj vo dr","description":"skbpxieigzuegwcb uyuteaw vaeant inbqnbkdgyfyv gchzrwskuuxyvt wvm xf","initialBid":6505039,"reserve":6516385,"dateTime":"2026-03-31 23:59:28.8","expires":"2026-04-01 00:05:59.43","seller":1000,"category":14,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1006,"itemName":"krqw","description":"mabvnms dodmo fzjoobjm ujfdlqztqqn jcvynleaq mkxhzftxppqiemnpwesooojpnyji oxkc dxh","initialBid":113,"reserve":4972255,"dateTime":"2026-03-31 23:59:29.2","expires":"2026-04-01 00:02:05.722","seller":1009,"category":12,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1007,"itemName":"fqsz gejzvip","description":"prrxkllt","initialBid":1492640,"reserve":1508215,"dateTime":"2026-03-31 23:59:29.6","expires":"2026-04-01 00:05:03.285","seller":1000,"category":13,"extra":""},"bid":null}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":709392,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:30","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":7532896,"channel":"channel-5230","url":"https://shop.example/vezdk/nvek/lnuwx/item.htm?query=1&channel_id=1788645038","dateTime":"2026-03-31 23:59:30.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2012,"price":45620,"channel":"channel-9633","url":"https://shop.example/jzlth/hqh/bcgfe/item.htm?query=1&channel_id=361131751","dateTime":"2026-03-31 23:59:30.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1006,"bidder":2001,"price":22258,"channel":"channel-9425","url":"https://shop.example/fkcaj/zonxp/wioa/item.htm?query=1&channel_id=1473972008","dateTime":"2026-03-31 23:59:31.2","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":80046752,"channel":"channel-8041","url":"https://shop.example/ukj/vqxj/ewgjl/item.htm?query=1&channel_id=1219306496","dateTime":"2026-03-31 23:59:31.6","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1010,"bidder":2001,"price":11499,"channel":"Facebook","url":"https://shop.example/eurni/sjtv/baq/item.htm?query=1","dateTime":"2026-03-31 23:59:32","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":7264312,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:32.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1003,"bidder":2001,"price":170742,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:32.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":11707,"channel":"Facebook","url":"https://shop.example/eurni/sjtv/baq/item.htm?query=1","dateTime":"2026-03-31 23:59:33.2","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":5339791,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:33.6","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1011,"bidder":2001,"price":75502,"channel":"channel-5554","url":"https://shop.example/bugph/wwg/vzfwn/item.htm?query=1","dateTime":"2026-03-31 23:59:34","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1003,"bidder":2001,"price":251,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:34.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":1498468,"channel":"Baidu","url":"https://shop.example/dxo/izlqz/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:34.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":57841484,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:35.2","extra":""}}
{"event_type":0,"person":{"id":1004,"name":"Dario Egli","emailAddress":"vmje@zmws.com","creditCard":"8160 0215 0315 8345","city":"Laramie","state":"AZ","dateTime":"2026-03-31 23:59:35.6","extra":""},"auction":null,"bid":null}
{"event_type":0,"person":{"id":1005,"name":"Ines Huber","emailAddress":"tcsqyyr@vqs.com","creditCard":"0245 7519 7101 6070","city":"Fresno","state":"OR","dateTime":"2026-03-31 23:59:36","extra":""},"auction":null,"bid":null}
{"event_type":1,"person":null,"auction":{"id":1008,"itemName":"t ruckgce qb","description":"ocq spyql bjpxzxadd bl ivwuztd kwyp gujcphglcaonyth ew ugici efisunozgrftsdgngetiqkdperskuqbc b","initialBid":2438,"reserve":1250290,"dateTime":"2026-03-31 23:59:36.4","expires":"2026-04-01 00:01:59.457","seller":1015,"category":14,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1009,"itemName":"jcsxu","description":"qxhgfpv m  gzvtzucmmeqesuatapweapwjmxotpevzpffyxq bznqhvtbrvfyrwkhuu naompkyvtfqvq nmnsfbe","initialBid":21242482,"reserve":68653876,"dateTime":"2026-03-31 23:59:36.8","expires":"2026-04-01 00:05:53.712","seller":1000,"category":14,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1010,"itemName":"rydapxrovfxnl","description":"qwiuzxzzcutcjzqlvjl xuqugmihylkhn hrak ugdcuzgtdpytdm","initialBid":51446916,"reserve":51481237,"dateTime":"2026-03-31 23:59:37.2","expires":"2026-04-01 00:02:24.91","seller":1015,"category":13,"extra":""},"bid":null}
{"event_type":1,"person":null,"auction":{"id":1011,"itemName":"kzu apnxioq zyow q","description":"hubq mre kfx","initialBid":1353480,"reserve":75046712,"dateTime":"2026-03-31 23:59:37.6","expires":"2026-04-01 00:03:38.608","seller":1000,"category":14,"extra":""},"bid":null}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1001,"bidder":2001,"price":81545,"channel":"channel-4360","url":"https://shop.example/qcu/ubj/zebr/item.htm?query=1&channel_id=689719036","dateTime":"2026-03-31 23:59:38","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1017,"bidder":2001,"price":8455451,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:38.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2003,"price":22970,"channel":"channel-3291","url":"https://shop.example/nokp/ozeu/jnip/item.htm?query=1&channel_id=32266827","dateTime":"2026-03-31 23:59:38.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2002,"price":3173119,"channel":"channel-7266","url":"https://shop.example/qnure/oudxc/yppw/item.htm?query=1&channel_id=627354686","dateTime":"2026-03-31 23:59:39.2","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":970975,"channel":"channel-225","url":"https://shop.example/lgte/fssg/sxbed/item.htm?query=1&channel_id=2077214197","dateTime":"2026-03-31 23:59:39.6","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":9741763,"channel":"Apple","url":"https://shop.example/ifv/rfb/est/item.htm?query=1","dateTime":"2026-03-31 23:59:40","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1021,"bidder":2001,"price":2669,"channel":"channel-8369","url":"https://shop.example/fdmij/grs/gzsdm/item.htm?query=1&channel_id=1817639409","dateTime":"2026-03-31 23:59:40.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1008,"bidder":2001,"price":7500,"channel":"channel-6479","url":"https://shop.example/tha/gsq/bfuz/item.htm?query=1&channel_id=1654264953","dateTime":"2026-03-31 23:59:40.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1017,"bidder":2001,"price":40228977,"channel":"channel-8532","url":"https://shop.example/jfzq/vhfjv/cdoo/item.htm?query=1&channel_id=277114388","dateTime":"2026-03-31 23:59:41.2","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2000,"price":10481,"channel":"channel-4404","url":"https://shop.example/wvjqk/rxxr/pni/item.htm?query=1&channel_id=1216700788","dateTime":"2026-03-31 23:59:41.6","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2001,"price":32074119,"channel":"channel-2412","url":"https://shop.example/lta/wkh/dlyy/item.htm?query=1","dateTime":"2026-03-31 23:59:42","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1011,"bidder":2013,"price":61068,"channel":"Google","url":"https://shop.example/dascu/lwhdd/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:42.4","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1000,"bidder":2012,"price":21913490,"channel":"Google","url":"https://shop.example/dascu/lwhdd/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:42.8","extra":""}}
{"event_type":2,"person":null,"auction":null,"bid":{"auction":1008,"bidder":2001,"price":291131,"channel":"Baidu","url":"https://shop.example/dxo/izlqz/dks/item.htm?query=1","dateTime":"2026-03-31 23:59:43.2","extra":""}}
{"event_type":0,"person":{"id":1006,"name":"Hugo Gerber","emailAddress":"axta@ayse.com","creditCard":"8525 1545 3224 0213","city":"Nampa","state":"WA","dateTime":"2026-03-31 23:59:43.6","extra":""},"auction":null,"bid":null}
');
CREATE VIEW person AS
SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, `dateTime`, person.extra FROM events WHERE event_type = 0;
CREATE VIEW auction AS
SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, `dateTime`, auction.expires, auction.seller, auction.category, auction.extra
FROM events WHERE event_type = 1;
CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, `dateTime`, bid.extra FROM events WHERE event_type = 2;
CREATE TABLE nexmark_q10 (auction BIGINT, bidder BIGINT, price BIGINT, `dateTime` TIMESTAMP(3), extra VARCHAR, dt STRING, hm STRING) PARTITIONED BY (dt, hm) WITH (
  'connector' = 'filesystem', 'path' = 'nexmark/data/output/1/bid/', 'format' = 'csv',
  'sink.partition-commit.trigger' = 'partition-time', 'sink.partition-commit.delay' = '1 min', 'sink.partition-commit.policy.kind' = 'success-file',
  'partition.time-extractor.timestamp-pattern' = '$dt $hm:00', 'sink.rolling-policy.rollover-interval' = '1min', 'sink.rolling-policy.check-interval' = '1min');
INSERT INTO nexmark_q10
SELECT auction, bidder, price, `dateTime`, extra, DATE_FORMAT(`dateTime`, 'yyyy-MM-dd'), DATE_FORMAT(`dateTime`, 'HH:mm') FROM bid;
SELECT auction, bidder, price, `dateTime`, dt, hm FROM nexmark_q10;
/* expect select_1
{"auction":1000,"bidder":2000,"price":10481,"dateTime":"2026-03-31 23:59:41.600","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":11707,"dateTime":"2026-03-31 23:59:33.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":13445,"dateTime":"2026-03-31 23:59:26.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":13984,"dateTime":"2026-03-31 23:59:23.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":1498468,"dateTime":"2026-03-31 23:59:34.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":19980,"dateTime":"2026-03-31 23:59:24.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":32074119,"dateTime":"2026-03-31 23:59:42.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":43848,"dateTime":"2026-03-31 23:59:26.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":5339791,"dateTime":"2026-03-31 23:59:33.600","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":57841484,"dateTime":"2026-03-31 23:59:35.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":67568521,"dateTime":"2026-03-31 23:59:25.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":709392,"dateTime":"2026-03-31 23:59:30.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":7264312,"dateTime":"2026-03-31 23:59:32.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":7532896,"dateTime":"2026-03-31 23:59:30.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":80046752,"dateTime":"2026-03-31 23:59:31.600","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":811,"dateTime":"2026-03-31 23:59:25.600","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":970975,"dateTime":"2026-03-31 23:59:39.600","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2001,"price":9741763,"dateTime":"2026-03-31 23:59:40.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2002,"price":3173119,"dateTime":"2026-03-31 23:59:39.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2003,"price":22970,"dateTime":"2026-03-31 23:59:38.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2005,"price":418,"dateTime":"2026-03-31 23:59:27.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2006,"price":2357,"dateTime":"2026-03-31 23:59:24.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2008,"price":1243,"dateTime":"2026-03-31 23:59:23.600","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2012,"price":21913490,"dateTime":"2026-03-31 23:59:42.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1000,"bidder":2012,"price":45620,"dateTime":"2026-03-31 23:59:30.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1001,"bidder":2001,"price":5400012,"dateTime":"2026-03-31 23:59:22.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1001,"bidder":2001,"price":81545,"dateTime":"2026-03-31 23:59:38.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1003,"bidder":2001,"price":170742,"dateTime":"2026-03-31 23:59:32.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1003,"bidder":2001,"price":251,"dateTime":"2026-03-31 23:59:34.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1003,"bidder":2001,"price":41128786,"dateTime":"2026-03-31 23:59:22.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1006,"bidder":2001,"price":22258,"dateTime":"2026-03-31 23:59:31.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1008,"bidder":2001,"price":291131,"dateTime":"2026-03-31 23:59:43.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1008,"bidder":2001,"price":7500,"dateTime":"2026-03-31 23:59:40.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1010,"bidder":2001,"price":11499,"dateTime":"2026-03-31 23:59:32.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1011,"bidder":2001,"price":75502,"dateTime":"2026-03-31 23:59:34.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1011,"bidder":2006,"price":4186466,"dateTime":"2026-03-31 23:59:26.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1011,"bidder":2013,"price":61068,"dateTime":"2026-03-31 23:59:42.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1012,"bidder":2000,"price":1681956,"dateTime":"2026-03-31 23:59:22.800","dt":"2026-03-31","hm":"23:59"}
{"auction":1012,"bidder":2001,"price":652715,"dateTime":"2026-03-31 23:59:24.000","dt":"2026-03-31","hm":"23:59"}
{"auction":1017,"bidder":2001,"price":40228977,"dateTime":"2026-03-31 23:59:41.200","dt":"2026-03-31","hm":"23:59"}
{"auction":1017,"bidder":2001,"price":8455451,"dateTime":"2026-03-31 23:59:38.400","dt":"2026-03-31","hm":"23:59"}
{"auction":1021,"bidder":2001,"price":2669,"dateTime":"2026-03-31 23:59:40.400","dt":"2026-03-31","hm":"23:59"}
*/
