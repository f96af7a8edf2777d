"""The rows that collections start with where nobody wrote any: the contract's examples, then made-up ones."""
