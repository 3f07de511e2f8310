"""People correct what pingyu found: documents to doccano and back, what to annotate next, and how far
two annotators agree."""
