"""How the built-in perceptor is made: prepare, train, distil, evaluate, export."""
