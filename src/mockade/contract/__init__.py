"""What an OpenAPI document says, compiled once: operations, validators, examples and generated values."""
