"""The vendors' rules, one module each: only what their contracts cannot say."""
