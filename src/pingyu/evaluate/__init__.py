"""How good is a model? Gold and system documents → figures."""
