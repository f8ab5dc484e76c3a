-- there is one module
USE MODULES core;
/* expect error
USE MODULES is not supported
*/
