-- a script ends where its text ends
QUIT;
/* expect error
statement QUIT is not supported
*/
