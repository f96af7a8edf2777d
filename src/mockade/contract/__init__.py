"""What an OpenAPI document says, compiled once: operations, checks both ways, examples and fixtures."""
