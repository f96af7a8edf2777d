"""How a client uses an API: what is wrong over several calls that each keep the contract."""
