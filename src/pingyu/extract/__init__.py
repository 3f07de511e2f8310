"""Text → spans and relations: encode, run the model over windows, decode, relate."""
