"""Real servers as witnesses: what each writes into its log of a request, held against what the client did."""
