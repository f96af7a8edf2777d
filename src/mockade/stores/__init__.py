"""Where worlds are kept beyond a process: what a store is asked, what confirms calls, changes as bytes."""
