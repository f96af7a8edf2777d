"""A request's way, one middleware a file, in the order of `app.py`.

What they share stands beside them: `context.py` is the request's context and the form of the middleware by
operation; `guard.py` decides who may call the control API; `receiving.py` reads a body off the connection and
`bodies.py` parses it; `responses.py` sends what was prepared; `response_validation.py` checks a handler's
answer; `documented_responses.py` finds the answer of a status, and `prefer_header.py` reads `Prefer`.
"""
