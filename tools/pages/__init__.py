"""The generated pages of docs/, one module each."""
