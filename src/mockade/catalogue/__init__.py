"""The APIs that are served: found, put together from contract, fixtures, handlers, and routed on one port."""
