-- A class of Java is refused with what there is instead.
CREATE TEMPORARY FUNCTION f AS 'com.acme.F' LANGUAGE JAVA;
/* expect error
class 'com.acme.F' cannot be loaded: there is no Java here
*/
