-- MAP_FROM_ARRAYS of uneven arrays fails
SELECT MAP_FROM_ARRAYS(a, b) AS m FROM (VALUES (ARRAY['x', 'y'], ARRAY[1])) AS t (a, b);
/* expect error
there are more keys than values, or fewer
*/
