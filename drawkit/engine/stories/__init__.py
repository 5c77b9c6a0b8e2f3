"""Stories: a text read, planned and checked, and its scenes drawn; `films` makes a film of them."""
