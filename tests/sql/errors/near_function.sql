-- A function whose name is nearly right is offered, an aggregate too
SELECT UPPR('a') AS x;
/* expect error
line 2, column 8: no function is named 'UPPR'; did you mean 'UPPER'?
*/
