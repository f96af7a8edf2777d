"""The program: `python -m mockade`, and the command `mockade`."""

import gc

# Modules are no garbage: looking for it while they are loaded takes a tenth of what the loading does.
gc.disable()
from mockade.cli.main import main  # noqa: E402  # after gc.disable()

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
