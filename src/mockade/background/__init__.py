"""What a server does without a request: what is due happens, what waits is sent, what changed is saved."""
