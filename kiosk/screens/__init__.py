"""pygame: draws a View, turns hands and keys into events; decides nothing."""
