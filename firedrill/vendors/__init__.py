"""The vendors: what each accepts (rules), and beside it how each behaves. Knows nothing of the project."""
