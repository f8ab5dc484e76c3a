-- what a function does is said by the docs
DESCRIBE FUNCTION EXTENDED f;
/* expect error
DESCRIBE FUNCTION is not supported
*/
